"""Builds the warehouse anew from the record, beside the old one, and puts it in its place."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sodu.values.errors import Busy
from sodu.values.text import mark as _
from sodu.warehouse.catch_up import catch_up, create
from sodu.warehouse.duckdb import connect, told
from sodu.warehouse.home import Home, sync_directory
from sodu.warehouse.journal import Journal
from sodu.warehouse.on_cluster import on_cluster
from sodu.warehouse.progress import Progress, silent


def rebuild(home: Home, journal: Journal, progress: Progress = silent) -> int:
    """Put a new warehouse in the place of the old one; return the number of batches in it.

    Readers of the old one keep it until they close it; nothing is changed when this is stopped on its way.
    """
    if home.settings.cluster:
        with on_cluster(home, home.settings.cluster) as cluster:
            return cluster.rebuild(journal.rows(), progress)
    with told(home.warehouse_path), home.scratch() as scratch:
        path = scratch / "warehouse.duckdb"
        connection = connect(home, path, scratch / "spill")
        try:
            create(connection, home.settings.zone)
            batches = catch_up(connection, home, journal.rows(), progress)
        finally:
            connection.close()
        _swap(path, home.warehouse_path)
    return batches


def _swap(new: Path, old: Path) -> None:
    if old.exists() and _is_written_to(old):
        raise Busy(_("{file} is in use by another process; try again when it is done"), file=old.name)
    # The log goes first: beside a new file, an old log would be another database's.
    old.with_name(old.name + ".wal").unlink(missing_ok=True)
    with open(new, "rb") as file:
        os.fsync(file.fileno())
    os.replace(new, old)
    sync_directory(old.parent)


def _is_written_to(path: Path) -> bool:
    """Whether a process has it open for writing; DuckDB then holds a lock that forbids ours."""
    with open(path, "rb") as file:
        try:
            fcntl.lockf(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
