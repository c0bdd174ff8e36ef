"""The batches that count, as tables of an engine in memory: what laws over the record are asked of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sodu.warehouse.duckdb import Connection, connect, quoted
from sodu.warehouse.facts import SQL_TYPES, TABLES, Table
from sodu.warehouse.home import Home
from sodu.warehouse.store import batch_path

Numbered = tuple[int, str, str]
"""A batch's number, its table, and its SHA-256."""


@contextmanager
def open_live(home: Home, batches: Iterable[Numbered]) -> Iterator[Connection]:
    """Views named as the contract's tables, with the batch's number as `seq` and the row's place in it as `place`.

    The files are read as they are: verify them before.
    """
    batches = list(batches)
    with home.scratch() as scratch:
        connection = connect(home, ":memory:", scratch)
        try:
            for table in TABLES:
                numbered = [(seq, sha256) for seq, name, sha256 in batches if name == table.name]
                rows = _rows(home, numbered) if numbered else _empty(table)
                connection.execute(f"CREATE VIEW {table.name} AS {rows}")
            yield connection
        finally:
            connection.close()


def _rows(home: Home, numbered: list[tuple[int, str]]) -> str:
    """Each batch's rows; a file that is two batches, one of them withdrawn, is read once and stands twice."""
    files = ", ".join(sorted({quoted(batch_path(home, sha256)) for _seq, sha256 in numbered}))
    seqs = ", ".join(f"({seq}, {quoted(batch_path(home, sha256))})" for seq, sha256 in numbered)
    return (
        "SELECT n.seq, r.file_row_number AS place, r.* EXCLUDE (filename, file_row_number) "
        f"FROM read_parquet([{files}], union_by_name = true, filename = true, file_row_number = true) r "
        f"JOIN (VALUES {seqs}) n(seq, path) ON n.path = r.filename"
    )


def _empty(table: Table) -> str:
    types = [(field.name, SQL_TYPES[field.type]) for field in table.fields] + list(table.derived)
    columns = ", ".join(f"CAST(NULL AS {type_}) AS {name}" for name, type_ in types)
    return f"SELECT 0 AS seq, 0 AS place, {columns} LIMIT 0"
