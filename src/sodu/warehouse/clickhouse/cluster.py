"""The warehouse on a cluster: found, caught up, built anew. Any number of processes do so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sodu.values.errors import Damaged
from sodu.values.text import mark as _
from sodu.warehouse.catch_up import APPLIED, Applied, lacking, meta
from sodu.warehouse.clickhouse.engine import ClickHouseEngine
from sodu.warehouse.clickhouse.intake import INSERT, Intake
from sodu.warehouse.clickhouse.nodes import Nodes
from sodu.warehouse.clickhouse.schema import register_statements, statements
from sodu.warehouse.clickhouse.told import Missing
from sodu.warehouse.cluster_address import ClusterAddress
from sodu.warehouse.engine import Parameter, Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import JournalRow
from sodu.warehouse.progress import Progress, silent

if TYPE_CHECKING:
    from sodu.warehouse.check import Checked


class Cluster:
    """What one process has of the warehouse: connections, and the database that counts."""

    def __init__(self, home: Home, address: ClusterAddress) -> None:
        self._home, self._address = home, address
        self._nodes = Nodes(address)
        self._engine: ClickHouseEngine | None = None

    @property
    def engine(self) -> ClickHouseEngine:
        """What questions are asked of."""
        if self._engine is None:
            self._engine = ClickHouseEngine(self._nodes, self._home.settings, self._current)
        return self._engine

    def applied(self) -> list[Applied]:
        """The batches that are in."""
        return [tuple(row.values()) for row in self.engine.rows(Query(APPLIED))]

    def catch_up(self, rows: Sequence[JournalRow], progress: Progress = silent) -> int:
        """Take in what of the journal's rows is lacking; how many batches that was."""
        if self._is_nowhere():
            return self.rebuild(rows, progress)
        if not lacking(self.applied(), rows):
            return 0
        with self._home.intake_lock():
            # Another process may have done it by now.
            applied = self.applied()
            batches = lacking(applied, rows)
            Intake(self._home, self._nodes, self.engine.database).take(applied, batches, progress)
            return len(batches)

    def rebuild(self, rows: Sequence[JournalRow], progress: Progress = silent) -> int:
        """Build the warehouse anew beside the one that counts, let it count, and drop what was before."""
        with self._home.intake_lock():
            list(self._nodes.places())
            self._nodes.do_everywhere(register_statements(self._address))
            built = self._built()
            number = max(built, default=0) + 1
            database = self._database(number)
            self._nodes.do_everywhere(statements(database, self._address))
            batches = lacking([], rows)
            Intake(self._home, self._nodes, database).take([], batches, progress)
            self._let_count(number)
            self._nodes.do_everywhere([f"DROP DATABASE IF EXISTS {self._database(old)} SYNC" for old in built])
            self.engine.database = database
            return len(batches)

    @contextmanager
    def checking(self, head: int) -> Iterator[Checked]:
        """Compares the batches up to a number: nothing of them changes, whatever is taken in meanwhile."""
        from sodu.warehouse.check import check_warehouse

        until = {"head": Parameter("INTEGER", head)}

        def ask(sql: str) -> list[tuple[Any, ...]]:
            found = self.engine.rows(Query(f"SELECT * FROM ({sql}) AS found WHERE seq <= $head", until))
            return [tuple(row.values()) for row in found]

        yield lambda rows: check_warehouse(ask, rows)

    def close(self) -> None:
        """Give the connections back."""
        self._nodes.close()

    def _is_nowhere(self) -> bool:
        """Whether no node has a warehouse; a node that lacks it while others have it has lost it."""
        if self._engine is not None:
            return False
        try:
            return self._generation() is None
        except Missing:
            if self._built():
                raise
            return True

    def _current(self) -> str:
        """The database that counts; raises Damaged where it is of another version or zone."""
        found = self._generation()
        if found is None:
            raise Missing(_("tables of the warehouse are missing on a node; run `sodu rebuild`"))
        number, version, zone = found
        if {"version": version, "zone": zone} != meta(self._home.settings.zone):
            raise Damaged(
                _(
                    "the warehouse on the cluster is of another version, or cuts days in the zone {zone}; run `sodu rebuild`"
                ),
                zone=zone,
            )
        return self._database(number)

    def _generation(self) -> tuple[int, str, str] | None:
        rows = self._nodes.rows(
            self._nodes.reachable(),
            f"SELECT number, version, zone FROM {self._address.database}.generations ORDER BY number DESC LIMIT 1",
        )
        return (int(rows[0][0]), str(rows[0][1]), str(rows[0][2])) if rows else None

    def _let_count(self, number: int) -> None:
        said = {"number": number} | meta(self._home.settings.zone)
        self._nodes.insert(
            self._nodes.reachable(),
            self._address.database,
            "generations",
            pa.Table.from_pylist([said]),
            INSERT | {"insert_deduplication_token": str(number)},
        )

    def _built(self) -> set[int]:
        """The numbers of all databases that were built and are somewhere still, complete or not."""
        prefix = f"{self._address.database}_"
        names = {
            str(row[0])
            for node in self._address.nodes
            for row in self._nodes.rows(node, f"SELECT name FROM system.databases WHERE startsWith(name, '{prefix}')")
        }
        return {int(name.removeprefix(prefix)) for name in names if name.removeprefix(prefix).isdigit()}

    def _database(self, number: int) -> str:
        return f"{self._address.database}_{number}"


@contextmanager
def opened(home: Home, address: ClusterAddress) -> Iterator[Cluster]:
    """The cluster, its connections closed at the end."""
    cluster = Cluster(home, address)
    try:
        yield cluster
    finally:
        cluster.close()
