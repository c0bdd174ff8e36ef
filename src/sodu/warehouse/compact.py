"""Sorts a month anew once it has come to lie in many pieces."""

from __future__ import annotations

from sodu.values.limits import COMPACT_FRAGMENTS_MAX
from sodu.warehouse.duckdb import Connection
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.schema import TARGETS

_SHARE = 4
_FRAGMENTS_WHATEVER = COMPACT_FRAGMENTS_MAX**2
"""Pieces beyond which a month is sorted even if they are small."""


def compact(connection: Connection) -> list[tuple[str, int]]:
    """Sort what needs it, a month a transaction; return the facts and months that were.

    A month is worth sorting when its pieces are many and hold a good share of it: what is written twice
    then stays in proportion to what is loaded, however small the loads.
    """
    sorted_months = connection.execute(
        "SELECT fact, month FROM fragments GROUP BY fact, month "
        "HAVING sum(fragments) > ? AND (sum(added) * ? >= sum(rows) OR sum(fragments) > ?) ORDER BY fact, month",
        [COMPACT_FRAGMENTS_MAX, _SHARE, _FRAGMENTS_WHATEVER],
    ).fetchall()
    for fact, month in sorted_months:
        _sort(connection, fact, month)
    return sorted_months


def _sort(connection: Connection, fact: str, month: int) -> None:
    """Sort a month of facts, and of what adds them up."""
    connection.begin()
    try:
        rows = _sort_table(connection, fact, TARGETS[fact].order, month)
        for rollup in ROLLUPS[fact]:
            _sort_table(connection, rollup.name, rollup.order, month)
        connection.execute("DELETE FROM fragments WHERE fact = ? AND month = ?", [fact, month])
        connection.execute("INSERT INTO fragments VALUES (?, ?, 0, 0, ?)", [fact, month, rows])
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _sort_table(connection: Connection, table: str, order: str, month: int) -> int:
    connection.execute(f"CREATE TEMP TABLE sorted AS SELECT * FROM {table} WHERE month = ? ORDER BY {order}", [month])
    connection.execute(f"DELETE FROM {table} WHERE month = ?", [month])
    row = connection.execute(f"INSERT INTO {table} SELECT * FROM sorted").fetchone()
    connection.execute("DROP TABLE sorted")
    return int(row[0]) if row else 0
