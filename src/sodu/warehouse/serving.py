"""The warehouse of a process that serves: opened once, shared by threads, kept at the journal's head."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sodu.warehouse.catch_up import catch_up, fits, pending
from sodu.warehouse.check import Checked, Finding, check_file
from sodu.warehouse.duckdb import Connection, DuckDBEngine, told
from sodu.warehouse.engine import Engine, Known
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal, JournalRow
from sodu.warehouse.on_cluster import on_cluster
from sodu.warehouse.opening import connect_patiently
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.rebuild import rebuild
from sodu.warehouse.time_limit import Open


class OpenEngine(Engine, Protocol):
    """An engine whose questions can be stopped."""

    open: Open

    def __hash__(self) -> int:
        """Each is itself: answers are kept by the engine that gave them."""


class Held(Protocol):
    """A warehouse that a process has open for as long as it serves: a file that it owns, or a cluster."""

    @property
    def engine(self) -> OpenEngine:
        """Where the facts are summed."""

    def catch_up(self, rows: Sequence[JournalRow], progress: Progress) -> object:
        """Take in what of the journal's rows is lacking."""

    def checking(self, head: int) -> AbstractContextManager[Checked]:
        """Compares the batches up to a number with the journal's rows, as they are when this is entered."""


class Serving:
    """Fills what a report needs of an open home; what other processes journal comes in by `take_in`."""

    def __init__(self, home: Home, journal: Journal, held: Held) -> None:
        self.home = home
        self.journal = journal
        self.held = held
        self._known = journal.known()
        self._taking_in = threading.Lock()

    @property
    def engine(self) -> OpenEngine:
        """Where the facts are summed."""
        return self.held.engine

    @property
    def head(self) -> int:
        """The journal number up to which everything is taken in."""
        return self._known.seq

    @property
    def zone(self) -> str:
        """The zone that days are cut in."""
        return self.home.settings.zone

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a number or an instant, or as far as this warehouse goes."""
        if at is None or at == self._known.seq:
            return self._known
        known = self.journal.known(at)
        if known.seq > self.head:
            self.take_in()
        return known if known.seq <= self.head else self.journal.known(self.head)

    def take_in(self, progress: Progress = silent) -> int:
        """Bring the warehouse to the journal's head; how many rows of the journal that was. Readers go on."""
        with self._taking_in:
            before, rows = self.head, self.journal.rows()
            if len(rows) == before:
                return 0
            self.held.catch_up(rows, progress)
            self._known = self.journal.known(len(rows))
            return self.head - before

    def check(self) -> Finding:
        """Whether the warehouse holds what the journal says, up to its head now."""
        self.take_in()
        with ExitStack() as stack:
            with self._taking_in:
                rows = self.journal.rows()[: self.head]
                checked = stack.enter_context(self.held.checking(self.head))
            return checked(rows)

    def stop(self) -> None:
        """End every question that runs."""
        self.engine.open.stop_all()


class OwnFile:
    """The file of the home, of which this process is the owner."""

    def __init__(self, home: Home, connection: Connection) -> None:
        self._home = home
        self._connection = connection
        self.engine = DuckDBEngine(connection, home.warehouse_path)

    def catch_up(self, rows: Sequence[JournalRow], progress: Progress) -> None:
        """Take in what of the journal's rows is lacking."""
        with told(self._home.warehouse_path), self.cursor() as connection:
            if pending(connection, rows):
                catch_up(connection, self._home, rows, progress)

    @contextmanager
    def checking(self, _head: int) -> Iterator[Checked]:
        """Compares what is there now with the journal's rows, whatever is taken in meanwhile."""
        with told(self._home.warehouse_path), self.cursor() as connection:
            connection.begin()
            # A transaction sees what its first question saw.
            connection.execute("SELECT max(seq) FROM applied").fetchall()
            yield lambda rows: check_file(connection, rows)

    @contextmanager
    def cursor(self) -> Iterator[Connection]:
        """A connection of one's own to the warehouse: what it writes is seen by others once it is committed."""
        cursor = self._connection.cursor()
        try:
            with self.engine.open.held(cursor):
                yield cursor
        finally:
            cursor.close()


@contextmanager
def serve(home: Home, journal: Journal, progress: Progress = silent) -> Iterator[Serving]:
    """The warehouse at the journal's head; a file has one owner: raises Busy where another process is."""
    with ExitStack() as stack:
        if home.settings.cluster:
            cluster = stack.enter_context(on_cluster(home, home.settings.cluster))
            cluster.catch_up(journal.rows(), progress)
            yield Serving(home, journal, cluster)
            return
        spill = stack.enter_context(home.scratch())
        connection = _owned(home, journal, spill / "spill", progress)
        stack.callback(connection.close)
        yield Serving(home, journal, OwnFile(home, connection))


def _owned(home: Home, journal: Journal, spill: Path, progress: Progress) -> Connection:
    for _attempt in range(2):
        if not home.warehouse_path.exists():
            rebuild(home, journal, progress)
        connection = connect_patiently(home, spill, read_only=False)
        try:
            with told(home.warehouse_path):
                if fits(connection, home.settings.zone):
                    catch_up(connection, home, journal.rows(), progress)
                    return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        rebuild(home, journal, progress)
    raise AssertionError("a warehouse that was just built fits")
