"""Batches in the shape of the warehouse, made beside it: by the same code that makes it in one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from sodu.values.limits import INSERT_ROWS
from sodu.warehouse.apply import Source, apply
from sodu.warehouse.catch_up import Advance, create
from sodu.warehouse.clickhouse.schema import FAR_DAYS, presence_of
from sodu.warehouse.duckdb import Connection, connect, told
from sodu.warehouse.home import Home
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.schema import KEYS

Piece = tuple[str, pa.Table]
"""Some rows, and the table that they go to."""


class Staging:
    """A database of one batch at a time, which knows the numbers of all batches before it."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def know(self, kind: str, numbers: pa.Table) -> None:
        """Learn the numbers that things of a kind have."""
        self._connection.register("known_numbers", numbers)
        self._connection.execute(f"INSERT INTO {kind}_keys SELECT {kind}, {KEYS[kind]} FROM known_numbers")
        self._connection.unregister("known_numbers")

    def pieces(self, source: Source, advance: Advance) -> Iterator[Piece]:
        """Take a batch; all its rows, those that others refer to first, the same for the same batches."""
        with told(self._path):
            before = {kind: self._highest(kind) for kind in KEYS}
            apply(self._connection, source, lambda _rows: None)
            seq = source.row.seq
            for kind, id_ in KEYS.items():
                new = f"SELECT {seq}::INTEGER AS seq, {kind}, {id_} FROM {kind}_keys WHERE {kind} > {before[kind]}"
                yield from self._read(f"{kind}_keys", f"{new} ORDER BY {kind}")
            name = source.target.name
            if source.target.is_fact:
                yield from self._read(presence_of(name).name, f"SELECT * FROM {presence_of(name).name}")
                for rollup in ROLLUPS[name]:
                    self._connection.execute(f"TRUNCATE {rollup.name}")
            sent = 0
            for piece in self._read(name, f"SELECT * FROM {name}"):
                yield piece
                sent += piece[1].num_rows
                advance(sent)
            self._connection.execute(f"TRUNCATE {name}")

    def _read(self, table: str, sql: str) -> Iterator[Piece]:
        cursor = self._connection.cursor()
        try:
            for batch in cursor.sql(sql).to_arrow_reader(INSERT_ROWS):
                if batch.num_rows:
                    yield table, _with_far_days(pa.Table.from_batches([batch]))
        finally:
            cursor.close()

    def _highest(self, kind: str) -> int:
        row = self._connection.execute(f"SELECT coalesce(max({kind}), 0) FROM {kind}_keys").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def staging(home: Home) -> Iterator[Staging]:
    """A database beside the warehouse, gone afterwards."""
    with home.scratch() as scratch:
        path = scratch / "staging.duckdb"
        connection = connect(home, path, scratch / "spill")
        try:
            create(connection, home.settings.zone)
            yield Staging(connection, path)
        finally:
            connection.close()


def _with_far_days(table: pa.Table) -> pa.Table:
    for index, field in enumerate(table.schema):
        if field.name in FAR_DAYS:
            table = table.set_column(index, field.name, table.column(index).cast(pa.int32()))
    return table
