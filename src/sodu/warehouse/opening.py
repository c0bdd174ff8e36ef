"""Opens a home's warehouse at the journal's head: reads it as it is where it can, catches up where it must."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from sodu.values.errors import Busy
from sodu.values.limits import LOCK_WAIT_SECONDS
from sodu.warehouse.catch_up import catch_up, fits, pending
from sodu.warehouse.duckdb import Connection, DuckDBEngine, connect, told
from sodu.warehouse.engine import Engine, Known
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal, JournalRow
from sodu.warehouse.on_cluster import on_cluster
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.rebuild import rebuild

_POLL_SECONDS = 0.1


class _State(Enum):
    CURRENT = auto()
    BEHIND = auto()
    FOREIGN = auto()
    """Of another version of the schema, or another zone."""


@dataclass(frozen=True)
class Warehouse:
    """What a report needs: the engine, the journal that says what counts, and the home's settings."""

    engine: Engine
    journal: Journal
    home: Home
    head: int
    """The journal's head when it was opened: later batches are not in it."""

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a number or an instant, or as far as this warehouse goes."""
        known = self.journal.known(self.head if at is None else at)
        return known if known.seq <= self.head else self.journal.known(self.head)

    @property
    def zone(self) -> str:
        """The zone that days are cut in."""
        return self.home.settings.zone


@contextmanager
def open_warehouse(home: Home, journal: Journal, progress: Progress = silent) -> Iterator[Warehouse]:
    """The warehouse at the journal's head; a file read-only, so that several processes can read side by side.

    Raises Busy while another process writes to it for long, Damaged where it is not what the journal says.
    """
    with ExitStack() as stack:
        if home.settings.cluster:
            cluster = stack.enter_context(on_cluster(home, home.settings.cluster))
            rows = journal.rows()
            cluster.catch_up(rows, progress)
            yield Warehouse(cluster.engine, journal, home, len(rows))
            return
        spill = stack.enter_context(home.scratch())
        connection, head = _at_head(home, journal, spill, progress)
        stack.callback(connection.close)
        yield Warehouse(DuckDBEngine(connection, home.warehouse_path), journal, home, head)


def refresh(home: Home, journal: Journal, progress: Progress = silent) -> None:
    """Bring the warehouse to the journal's head and close it: what a load does last."""
    with open_warehouse(home, journal, progress):
        pass


def _at_head(home: Home, journal: Journal, spill: Path, progress: Progress) -> tuple[Connection, int]:
    while True:
        if not home.warehouse_path.exists():
            rebuild(home, journal, progress)
        connection = connect_patiently(home, spill / "spill", read_only=True)
        rows = journal.rows()
        state = _state(connection, home, rows)
        if state is _State.CURRENT:
            return connection, len(rows)
        connection.close()
        if state is _State.FOREIGN:
            rebuild(home, journal, progress)
        else:
            _write(home, journal, spill, progress)


def _state(connection: Connection, home: Home, rows: Sequence[JournalRow]) -> _State:
    try:
        with told(home.warehouse_path):
            if not fits(connection, home.settings.zone):
                return _State.FOREIGN
            return _State.BEHIND if pending(connection, rows) else _State.CURRENT
    except BaseException:
        connection.close()
        raise


def _write(home: Home, journal: Journal, spill: Path, progress: Progress) -> None:
    connection = connect_patiently(home, spill / "spill", read_only=False)
    try:
        with told(home.warehouse_path):
            catch_up(connection, home, journal.rows(), progress)
    finally:
        connection.close()


def connect_patiently(home: Home, spill: Path, *, read_only: bool) -> Connection:
    """Open the warehouse's file, waiting a little for another process to be done with it."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            return connect(home, home.warehouse_path, spill, read_only=read_only)
        except Busy:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_POLL_SECONDS)
