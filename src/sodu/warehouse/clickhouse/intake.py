"""Takes batches into the cluster: the same rows sent twice are in once, and what is half in is completed.

ClickHouse has no transaction over nodes. Each piece of a batch therefore bears a token, by which a node knows that it has
it already, from whichever process; the batch is counted on every node before the row that says that it is in is
written, which is what readers go by.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from sodu.values.errors import Damaged, Refused
from sodu.values.limits import CLUSTER_FACTS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.apply import Source
from sodu.warehouse.catch_up import Advance, Applied, each_in_turn
from sodu.warehouse.clickhouse.nodes import Node, Nodes
from sodu.warehouse.clickhouse.schema import TABLES
from sodu.warehouse.clickhouse.staging import Staging, staging
from sodu.warehouse.clickhouse.told import Gone
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, totals_text
from sodu.warehouse.progress import Progress
from sodu.warehouse.schema import KEYS, TARGETS

INSERT = {
    # The answer comes once the rows are on the disks of their nodes.
    "distributed_foreground_insert": 1,
    "async_insert": 0,
    "insert_deduplicate": 1,
    "max_partitions_per_insert_block": 0,
    "max_insert_block_size": 10_000_000,
    "min_insert_block_size_rows": 0,
    "min_insert_block_size_bytes": 0,
}

_NUMBERED: tuple[pa.DataType, ...] = (pa.int32(), pa.string())


class Intake:
    """Takes batches into one database of the cluster."""

    def __init__(self, home: Home, nodes: Nodes, database: str) -> None:
        self._home, self._nodes, self._database = home, nodes, database
        self._shards = dict(nodes.places())

    def take(self, applied: Sequence[Applied], batches: Sequence[BatchRow], progress: Progress) -> None:
        """Take batches in, in order, after those that are applied."""
        if not batches:
            return
        _must_fit(applied, batches)
        last = max((row[0] for row in applied), default=0)
        with staging(self._home) as beside:
            self._teach(beside, last)
            each_in_turn(batches, self._home, progress, lambda source, advance: self._one(beside, source, advance))

    def _teach(self, beside: Staging, last: int) -> None:
        node = self._nodes.address.nodes[0]
        for kind, id_ in KEYS.items():
            # What a batch brought that is not in yet is numbered again, and has the same numbers.
            rows = self._nodes.rows(
                node, f"SELECT {kind}, {id_} FROM {self._database}.{kind}_keys WHERE seq <= {last} ORDER BY {kind}"
            )
            numbers, ids = (pa.array([row[place] for row in rows], type_) for place, type_ in enumerate(_NUMBERED))
            beside.know(kind, pa.table({kind: numbers, id_: ids}))

    def _one(self, beside: Staging, source: Source, advance: Advance) -> None:
        row, token = source.row, str(source.row.seq)
        sent = self._send(beside, source, advance, token)
        if not self._is_in(source, sent):
            # A node that was killed between noting a token and keeping its piece takes it under another one.
            self._remove(row.seq)
            sent = self._send(beside, source, advance, f"{token} {uuid.uuid4().hex}")
            if not self._is_in(source, sent):
                raise Damaged(
                    _("batch {seq} is not on the cluster as it was sent; run `sodu check`, then `sodu rebuild`"),
                    seq=row.seq,
                )
        said = {
            "seq": row.seq,
            "table_name": row.table,
            "rows": row.rows,
            "batch_sha256": row.batch_sha256,
            "totals": totals_text(row.totals),
        }
        self._insert("applied", pa.Table.from_pylist([said]), token)

    def _send(self, beside: Staging, source: Source, advance: Advance, token: str) -> Counter[str]:
        sent: Counter[str] = Counter()
        for number, (table, rows) in enumerate(beside.pieces(source, advance)):
            if TABLES[table].is_shared_out:
                self._insert(table, rows, f"{token} {number}")
            else:
                for node in self._nodes.address.nodes:
                    self._nodes.insert(
                        node, self._database, table, rows, INSERT | {"insert_deduplication_token": f"{token} {number}"}
                    )
            sent[table] += rows.num_rows
        return sent

    def _insert(self, table: str, rows: pa.Table, token: str) -> None:
        """Send rows to where they belong, by any node, and by one more where the first is gone."""
        first, *others = self._nodes.in_turn()
        settings = INSERT | {"insert_deduplication_token": token}
        try:
            self._nodes.insert(first, self._database, table, rows, settings)
        except Gone:
            if not others:
                raise
            self._nodes.insert(others[0], self._database, table, rows, settings)

    def _is_in(self, source: Source, sent: Counter[str]) -> bool:
        """Whether every node has what it should have of a batch, once."""
        tables = [f"{kind}_keys" for kind in KEYS] + [source.target.name]
        if source.target.is_fact:
            tables.append(f"{source.target.name}_presence")
        by_shard: dict[int, set[tuple[int, ...]]] = {}
        for node, shard in self._shards.items():
            by_shard.setdefault(shard, set()).add(self._counted(node, tables, source.row.seq))
        if any(len(alike) > 1 for alike in by_shard.values()):
            return False
        for index, table in enumerate(tables):
            counts = [next(iter(alike))[index] for alike in by_shard.values()]
            expected = sent[table]
            if TABLES[table].is_shared_out:
                counts = [sum(counts)]
            if any(count != expected for count in counts):
                return False
        return True

    def _counted(self, node: Node, tables: Sequence[str], seq: int) -> tuple[int, ...]:
        counts = ", ".join(
            f"(SELECT count() FROM {self._database}.{TABLES[table].local} WHERE seq = {seq})" for table in tables
        )
        return tuple(int(count) for count in self._nodes.rows(node, f"SELECT {counts}")[0])

    def _remove(self, seq: int) -> None:
        for node in self._nodes.address.nodes:
            for table in TABLES.values():
                self._nodes.do(
                    node,
                    f"ALTER TABLE {self._database}.{table.local} DELETE WHERE seq = {seq} SETTINGS mutations_sync = 2",
                )


def _must_fit(applied: Sequence[Applied], batches: Sequence[BatchRow]) -> None:
    """Sums of so many amounts have at most 38 digits: ClickHouse would let a longer one wrap unseen."""
    facts = {name for name, target in TARGETS.items() if target.is_fact}
    rows = sum(row[2] for row in applied if row[1] in facts) + sum(row.rows for row in batches if row.table in facts)
    if rows > CLUSTER_FACTS_MAX:
        raise Refused(
            _("the cluster would hold {count} facts; sums are certain to be exact up to {most}"),
            count=rows,
            most=CLUSTER_FACTS_MAX,
        )
