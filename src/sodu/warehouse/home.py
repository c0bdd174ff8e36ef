"""A home: the directory that holds the record, what is derived from it, and scratch space."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sodu.values.errors import Busy, WrongUsage
from sodu.values.limits import LOCK_WAIT_SECONDS, TMP_HOURS_KEPT
from sodu.values.text import mark as _
from sodu.warehouse.settings import Settings

_LOCK_POLL_SECONDS = 0.05


class Home:
    """Where everything lies. The record is uploads, batches and journal; the rest can be made again."""

    def __init__(self, path: str | Path, settings: Settings | None = None) -> None:
        # Absolute and without links: the engine's list of allowed directories compares whole names.
        self.path = Path(path).resolve()
        self.settings = settings or Settings.read()

    @property
    def uploads(self) -> Path:
        """Every accepted file as it was received, named by its SHA-256."""
        return self.path / "uploads"

    @property
    def batches(self) -> Path:
        """Its validated rows as Parquet, named by their SHA-256."""
        return self.path / "batches"

    @property
    def tmp(self) -> Path:
        """Files being made and the engine's spills; whatever is left there is swept."""
        # Several hosts may share a home: each sweeps what is its own.
        return self.path / "tmp" / (socket.gethostname() if self.settings.database else "")

    @property
    def rejected(self) -> Path:
        """Rows that a load refused, with their reasons."""
        return self.path / "rejected"

    @property
    def journal_path(self) -> Path:
        """The list of all that was loaded and withdrawn."""
        return self.path / "journal.sqlite"

    @property
    def warehouse_path(self) -> Path:
        """The analytical database: derived, made again by `sodu rebuild`."""
        return self.path / "warehouse.duckdb"

    @classmethod
    def open(cls, path: str | Path, settings: Settings | None = None) -> Home:
        """A home that exists; raises WrongUsage where there is none."""
        home = cls(path, settings)
        if not home.batches.is_dir():
            raise WrongUsage(
                _("there is no home at {path}; `sodu load` and `sodu demo` make one, --home names another"),
                path=str(home.path),
            )
        home.tmp.mkdir(parents=True, exist_ok=True)
        return home

    @classmethod
    def create(cls, path: str | Path, settings: Settings | None = None) -> Home:
        """The home at a path, made where there is none."""
        home = cls(path, settings)
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for directory in (home.uploads, home.batches, home.tmp, home.rejected):
            directory.mkdir(parents=True, exist_ok=True)
        sync_directory(home.path)
        return home

    @contextmanager
    def load_lock(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Be the only one who writes to the record; raises Busy, naming who is, after a while."""
        with self._locked(wait_seconds):
            self.sweep()
            yield

    @contextmanager
    def _locked(self, wait_seconds: float) -> Iterator[None]:
        if self.settings.database:
            from sodu.warehouse.postgresql import LOADING, Database

            with Database(self.settings.database).lock(LOADING, wait_seconds, self._loading):
                yield
            return
        with open(self.path / "load.lock", "a+", encoding="ascii") as file:
            if not _locked_within(file.fileno(), wait_seconds):
                file.seek(0)
                raise self._loading(file.read() or "?")
            file.truncate(0)
            file.write(f"pid {os.getpid()}")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def _loading(self, holder: str) -> Busy:
        return Busy(
            _("another process ({holder}) is loading into {path}; try again when it is done"),
            holder=holder,
            path=str(self.path),
        )

    @contextmanager
    def intake_lock(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Be the only process of the home, on any host, that takes batches into a cluster; raises Busy after a while."""
        if self.settings.database:
            from sodu.warehouse.postgresql import TAKING_IN, Database

            with Database(self.settings.database).lock(TAKING_IN, wait_seconds, _taking_in):
                yield
            return
        with open(self.path / "intake.lock", "a+", encoding="ascii") as file:
            if not _locked_within(file.fileno(), wait_seconds):
                file.seek(0)
                raise _taking_in(file.read() or "?")
            file.truncate(0)
            file.write(f"pid {os.getpid()}")
            file.flush()
            yield

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A directory of one's own in tmp, removed afterwards; sweeping spares it while it is held."""
        path = self.tmp / uuid.uuid4().hex
        path.mkdir()
        held = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)

    def sweep(self) -> None:
        """Remove what killed processes left in tmp. Call it under the load lock.

        What lies in another host's part of it may be in use: it goes once it has not been touched for long.
        """
        self.tmp.mkdir(parents=True, exist_ok=True)
        if self.settings.database:
            for path in self.tmp.parent.iterdir():
                if path != self.tmp and _is_abandoned(path):
                    shutil.rmtree(path, ignore_errors=True)
        for path in self.tmp.iterdir():
            if not path.is_dir():
                path.unlink(missing_ok=True)
            elif _is_unheld(path):
                shutil.rmtree(path, ignore_errors=True)


def _taking_in(holder: str) -> Busy:
    return Busy(
        _("another process ({holder}) takes batches into the warehouse; try again when it is done"), holder=holder
    )


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked_within(descriptor: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOCK_POLL_SECONDS)


def _is_abandoned(path: Path) -> bool:
    """Whether nothing in a directory was touched for long."""
    try:
        times = [found.lstat().st_mtime for found in (path, *path.rglob("*"))]
    except FileNotFoundError:
        return False
    return time.time() - max(times) > TMP_HOURS_KEPT * 60 * 60


def _is_unheld(directory: Path) -> bool:
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
