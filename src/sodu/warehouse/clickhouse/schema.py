"""The warehouse's tables on ClickHouse: facts shared out by partner, descriptions and numbers whole on every node."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sodu.warehouse.clickhouse.dialect import type_of
from sodu.warehouse.cluster_address import ClusterAddress
from sodu.warehouse.rollups import ROLLUPS, Rollup
from sodu.warehouse.schema import KEYS, TARGETS, Column

FAR_DAYS = ("managed_from", "managed_to", "active_from", "active_to")
"""Days that the contract lets lie beyond Date32, such as 9999-12-31: kept as numbers of days since 1970."""

LOCAL = "_local"
"""What the name of a node's own part of a shared table ends with."""

_DEDUPLICATION_TOKENS = 10_000
_ON_DISK = (
    f"SETTINGS non_replicated_deduplication_window = {_DEDUPLICATION_TOKENS}, fsync_after_insert = 1, "
    "fsync_part_directory = 1"
)

_SEQ = Column("seq", "INTEGER NOT NULL")
"""The batch that brought a row: in every table, so that all of a batch can be counted, and taken out again."""


@dataclass(frozen=True)
class ClusterTable:
    """A table as ClickHouse has it."""

    name: str
    columns: tuple[Column, ...]
    order: str
    is_shared_out: bool = False
    """Whether each node holds a part of it, by partner; else each holds all of it."""
    partition: str = ""
    index: str = ""

    @property
    def local(self) -> str:
        """The name of what a node itself holds."""
        return self.name + LOCAL if self.is_shared_out else self.name

    def statements(self, database: str, address: ClusterAddress, key: str = "partner") -> list[str]:
        """What makes it on one node."""
        columns = ", ".join(f"{column.name} {_type(column)}" for column in self.columns)
        partition = f"PARTITION BY {self.partition} " if self.partition else ""
        made = [
            f"CREATE TABLE {database}.{self.local} ({columns}{self.index}) ENGINE = MergeTree {partition}"
            f"ORDER BY ({self.order}) {_ON_DISK}"
        ]
        if self.is_shared_out:
            made.append(
                f"CREATE TABLE {database}.{self.name} AS {database}.{self.local} "
                f"ENGINE = Distributed('{address.cluster}', '{database}', '{self.local}', {key})"
            )
        return made


def _type(column: Column) -> str:
    name = column.type.removesuffix(" NOT NULL")
    type_ = "Int32" if column.name in FAR_DAYS else type_of(name)
    return type_ if column.type.endswith("NOT NULL") else f"Nullable({type_})"


def _tables() -> dict[str, ClusterTable]:
    made = [
        ClusterTable(f"{kind}_keys", (_SEQ, Column(kind, "INTEGER NOT NULL"), Column(id_, "VARCHAR NOT NULL")), kind)
        for kind, id_ in KEYS.items()
    ]
    for target in TARGETS.values():
        if not target.is_fact:
            made.append(ClusterTable(target.name, target.columns, "seq"))
            continue
        _month, *rest = target.order.split(", ")
        made += [
            # The month as a function of the day: conditions on days then pass over months unread.
            ClusterTable(
                target.name,
                _not_null(target.columns, rest[-1]),
                ", ".join(["toYYYYMM(day)", *rest]),
                is_shared_out=True,
                partition="toYear(day)",
                index=", INDEX batch seq TYPE minmax GRANULARITY 1",
            ),
            _presence(target.name),
        ]
    return {table.name: table for table in made}


def presence_of(fact: str) -> Rollup:
    """The sums of a fact that a cluster keeps: how far its data reaches. All else is summed from the facts."""
    return next(rollup for rollup in ROLLUPS[fact] if rollup.name == f"{fact}_presence")


def _presence(fact: str) -> ClusterTable:
    rollup = presence_of(fact)
    # The key of the order must not be null, nor that by which rows are shared out.
    columns = tuple(
        Column(name, f"{type_} NOT NULL" if name in ("partner", "account") else type_) for name, type_ in rollup.columns
    )
    return ClusterTable(rollup.name, columns, "seq, month, partner, account", is_shared_out=True)


def _not_null(columns: tuple[Column, ...], id_: str) -> tuple[Column, ...]:
    """The columns, the fact's id among them never null: it is part of the order on disk."""
    return tuple(Column(c.name, f"{c.type} NOT NULL") if c.name == id_ else c for c in columns)


TABLES = _tables()

APPLIED = ClusterTable(
    "applied",
    (
        Column("seq", "INTEGER NOT NULL"),
        Column("table_name", "VARCHAR NOT NULL"),
        Column("rows", "BIGINT NOT NULL"),
        Column("batch_sha256", "VARCHAR NOT NULL"),
        Column("totals", "VARCHAR NOT NULL"),
    ),
    "seq",
    is_shared_out=True,
)
"""Which batches are in: one place in the cluster, written last."""

GENERATIONS = ClusterTable(
    "generations",
    (
        Column("number", "INTEGER NOT NULL"),
        Column("version", "VARCHAR NOT NULL"),
        Column("zone", "VARCHAR NOT NULL"),
    ),
    "number",
    is_shared_out=True,
)
"""Which of the warehouses that were built counts: the one with the highest number."""


def statements(database: str, address: ClusterAddress) -> list[str]:
    """What makes an empty warehouse on one node."""
    made = [f"CREATE DATABASE {database}"]
    for table in TABLES.values():
        made += table.statements(database, address)
    # One shard holds these: the key is a constant.
    return made + APPLIED.statements(database, address, key="0")


def register_statements(address: ClusterAddress) -> list[str]:
    """What makes, on one node that may have it, the list of the warehouses that were built."""
    made = [f"CREATE DATABASE {address.database}", *GENERATIONS.statements(address.database, address, key="0")]
    return [re.sub("^CREATE (DATABASE|TABLE)", r"CREATE \1 IF NOT EXISTS", statement) for statement in made]
