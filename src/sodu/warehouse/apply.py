"""Takes one batch into the warehouse: numbers for new ids, then its rows, sorted, a few months at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sodu.values.errors import Damaged
from sodu.values.limits import SORT_ROWS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.days import local_day
from sodu.warehouse.duckdb import Connection, quoted
from sodu.warehouse.journal import BatchRow, totals_text
from sodu.warehouse.rollups import ROLLUPS, cells_of
from sodu.warehouse.schema import KEYS, TARGETS, Target

_Month = tuple[int, int, datetime, datetime]
"""A month's number, its rows, its first and its last instant."""


@dataclass(frozen=True)
class Source:
    """A verified batch file, and what its rows are called in SQL."""

    row: BatchRow
    path: Path
    zone: str

    @property
    def target(self) -> Target:
        """Where its rows go."""
        return TARGETS[self.row.table]

    @property
    def sql(self) -> str:
        """The batch as a relation."""
        return f"read_parquet({quoted(self.path)})"


def apply(connection: Connection, source: Source, advance: Callable[[int], None]) -> None:
    """Take a batch in: all of it, with its row in `applied`, or nothing. `advance` is told of rows as they go in."""
    connection.begin()
    try:
        _number_ids(connection, source)
        taken = _take_facts(connection, source, advance) if source.target.is_fact else _take(connection, source)
        _must_be_all(source, taken)
        row = source.row
        connection.execute(
            "INSERT INTO applied VALUES (?, ?, ?, ?, ?)",
            [row.seq, row.table, row.rows, row.batch_sha256, totals_text(row.totals)],
        )
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    advance(row.rows)


def _must_be_all(source: Source, taken: int) -> None:
    if taken != source.row.rows:
        raise Damaged(
            _("{path} holds {found} rows where the journal says {expected}"),
            path=str(source.path),
            found=taken,
            expected=source.row.rows,
        )


def _number_ids(connection: Connection, source: Source) -> None:
    """Give every new id the next number, in the order of the ids: a rebuilt warehouse has the same numbers."""
    for kind, id_ in KEYS.items():
        columns = [column for column in source.target.columns if column.key == kind]
        if not columns:
            continue
        ids = " UNION ".join(f"SELECT DISTINCT {column.source} AS id FROM {source.sql}" for column in columns)
        connection.execute(
            f"INSERT INTO {kind}_keys "
            f"SELECT (SELECT coalesce(max({kind}), 0) FROM {kind}_keys) + row_number() OVER (ORDER BY id), id "
            f"FROM ({ids}) WHERE id IS NOT NULL AND id NOT IN (SELECT {id_} FROM {kind}_keys)"
        )


def _take(connection: Connection, source: Source) -> int:
    return _count(connection, f"INSERT INTO {source.target.name} {_select(source, 'b.*')}", {"seq": source.row.seq})


def _take_facts(connection: Connection, source: Source, advance: Callable[[int], None]) -> int:
    bounds = connection.execute(f"SELECT min(occurred_at), max(occurred_at) FROM {source.sql}").fetchone()
    if bounds is None or bounds[0] is None:
        return 0
    with_day = f"b.*, {local_day('b.occurred_at', bounds[0], bounds[1], source.zone)} AS day"
    months = connection.execute(
        "SELECT year(day) * 100 + month(day) AS month, count(*), min(occurred_at), max(occurred_at) "
        f"FROM (SELECT {with_day} FROM {source.sql} b) GROUP BY month ORDER BY month"
    ).fetchall()
    taken = 0
    for chunk in _chunks(months):
        within = {"seq": source.row.seq, "first": chunk[0][0], "last": chunk[-1][0]}
        # The instants say nothing more, but let the reader skip what lies outside them.
        where = "month BETWEEN $first AND $last AND occurred_at BETWEEN $since AND $until"
        taken += _count(
            connection,
            f"INSERT INTO {source.target.name} SELECT * FROM ({_select(source, with_day)}) "
            f"WHERE {where} ORDER BY {source.target.order}",
            within | {"since": min(month[2] for month in chunk), "until": max(month[3] for month in chunk)},
        )
        _add_up(connection, source.target.name, within)
        advance(taken)
    connection.executemany(
        "INSERT INTO fragments VALUES (?, ?, 1, ?, 0)", [(source.target.name, *month[:2]) for month in months]
    )
    return taken


def _chunks(months: list[_Month]) -> Iterator[list[_Month]]:
    """Runs of months of so many rows that sorting one takes little memory."""
    chunk: list[_Month] = []
    for month in months:
        if chunk and sum(each[1] for each in chunk) + month[1] > SORT_ROWS_MAX:
            yield chunk
            chunk = []
        chunk.append(month)
    yield chunk


def _add_up(connection: Connection, fact: str, within: dict[str, Any]) -> None:
    """Add up what a batch brought of some months: once by all that rollups tell apart, then for each of them."""
    # No earlier batch has this number, so that the engine reads nothing of what was there before.
    cells = cells_of(fact, "seq = $seq AND month BETWEEN $first AND $last")
    connection.execute(f"CREATE TEMP TABLE cells AS {cells}", within)
    for rollup in ROLLUPS[fact]:
        connection.execute(f"INSERT INTO {rollup.name} {rollup.of_batch()}")
    connection.execute("DROP TABLE cells")


def _select(source: Source, batch: str) -> str:
    """The batch's rows in the shape of the target."""
    columns = source.target.columns
    selected = ", ".join(f"{column.expression} AS {column.name}" for column in columns)
    joins = " ".join(
        f"LEFT JOIN {column.key}_keys {column.alias} ON {column.alias}.{KEYS[column.key]} = b.{column.source}"
        for column in columns
        if column.key
    )
    return f"SELECT {selected} FROM (SELECT {batch} FROM {source.sql} b) b {joins}"


def _count(connection: Connection, sql: str, parameters: dict[str, Any]) -> int:
    row = connection.execute(sql, parameters).fetchone()
    return int(row[0]) if row else 0
