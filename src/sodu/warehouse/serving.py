"""The warehouse of a process that serves: opened once for writing, shared by threads, kept at the journal's head."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sodu.warehouse.catch_up import catch_up, fits, pending
from sodu.warehouse.check import Finding, check_warehouse
from sodu.warehouse.duckdb import Connection, DuckDBEngine, told
from sodu.warehouse.engine import Known
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import connect_patiently
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.rebuild import rebuild


class Serving:
    """Fills what a report needs of an open home; what other processes journal comes in by `take_in`."""

    def __init__(self, home: Home, journal: Journal, connection: Connection) -> None:
        self.home = home
        self.journal = journal
        self.engine = DuckDBEngine(connection, home.warehouse_path)
        self.head = journal.head
        self._connection = connection
        self._taking_in = threading.Lock()

    @property
    def zone(self) -> str:
        """The zone that days are cut in."""
        return self.home.settings.zone

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a number or an instant, or as far as this warehouse goes."""
        known = self.journal.known(self.head if at is None else at)
        if known.seq > self.head:
            self.take_in()
        return known if known.seq <= self.head else self.journal.known(self.head)

    def take_in(self, progress: Progress = silent) -> int:
        """Bring the warehouse to the journal's head; how many rows of the journal that was. Readers go on."""
        with self._taking_in:
            before, rows = self.head, self.journal.rows()
            if len(rows) == before:
                return 0
            with told(self.home.warehouse_path), self.cursor() as connection:
                if pending(connection, rows):
                    catch_up(connection, self.home, self.journal, progress)
            self.head = len(rows)
            return self.head - before

    def check(self) -> Finding:
        """Whether the warehouse holds what the journal says, up to its head now."""
        self.take_in()
        with told(self.home.warehouse_path), self.cursor() as connection:
            with self._taking_in:
                connection.begin()
                rows = self.journal.rows()[: self.head]
                # A transaction sees what its first question saw, whatever is taken in meanwhile.
                connection.execute("SELECT max(seq) FROM applied").fetchall()
            return check_warehouse(connection, rows)

    @contextmanager
    def cursor(self) -> Iterator[Connection]:
        """A connection of one's own to the warehouse: what it writes is seen by others once it is committed."""
        cursor = self._connection.cursor()
        try:
            with self.engine.open.held(cursor):
                yield cursor
        finally:
            cursor.close()

    def stop(self) -> None:
        """End every question that runs."""
        self.engine.open.stop_all()


@contextmanager
def serve(home: Home, journal: Journal, progress: Progress = silent) -> Iterator[Serving]:
    """The warehouse at the journal's head, this process its owner; raises Busy where another one is."""
    with ExitStack() as stack:
        spill = stack.enter_context(home.scratch())
        connection = _owned(home, journal, spill / "spill", progress)
        stack.callback(connection.close)
        yield Serving(home, journal, connection)


def _owned(home: Home, journal: Journal, spill: Path, progress: Progress) -> Connection:
    for _attempt in range(2):
        if not home.warehouse_path.exists():
            rebuild(home, journal, progress)
        connection = connect_patiently(home, spill, read_only=False)
        try:
            with told(home.warehouse_path):
                if fits(connection, home.settings.zone):
                    catch_up(connection, home, journal, progress)
                    return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        rebuild(home, journal, progress)
    raise AssertionError("a warehouse that was just built fits")
