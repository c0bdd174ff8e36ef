"""The engine in this process: locked down, typed, exact, and safe to share between threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sodu.values.errors import Busy, Refused
from sodu.values.limits import LIST_VALUES_MAX
from sodu.warehouse.duckdb import DuckDBEngine, connect
from sodu.warehouse.engine import Parameter, Query
from sodu.warehouse.home import Home
from tests.warehouse.world import SETTINGS


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.create(tmp_path / "home", SETTINGS)
    database = duckdb.connect(str(home.warehouse_path))
    database.execute(
        "CREATE TABLE lines AS SELECT i, i % 7 AS k, i::DECIMAL(38,12) / 1000 AS x FROM range(300000) t(i)"
    )
    database.close()
    return home


@pytest.fixture
def engine(home: Home) -> Iterator[DuckDBEngine]:
    with home.scratch() as scratch:
        engine = DuckDBEngine(connect(home, home.warehouse_path, scratch, read_only=True), home.warehouse_path)
        yield engine
        engine.close()


FORBIDDEN = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '{home}/journal.sqlite'",
    "SELECT * FROM read_blob('{home}/uploads/../journal.sqlite')",
    "SELECT * FROM read_blob('{home}/batches/../journal.sqlite')",
    "ATTACH '{home}/other.duckdb'",
    "COPY lines TO '{home}/lines.csv'",
    "EXPORT DATABASE '{home}/export'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "SET memory_limit = '10GB'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET TimeZone = 'Asia/Kolkata'",
    "RESET memory_limit",
    "PRAGMA enable_progress_bar",
    "SELECT * FROM home",
    "CREATE TABLE more (i INTEGER)",
    "DELETE FROM lines",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_nothing_outside_can_be_reached_and_nothing_set(engine: DuckDBEngine, home: Home, sql: str) -> None:
    (home.path / "journal.sqlite").touch()
    with pytest.raises((duckdb.Error, Refused)):
        engine.rows(Query(sql.format(home=home.path)))
    assert sorted(path.name for path in home.path.iterdir() if path.is_file()) == ["journal.sqlite", "warehouse.duckdb"]


def test_every_cursor_is_in_utc_without_a_progress_bar(engine: DuckDBEngine) -> None:
    sql = "SELECT current_setting('TimeZone') AS zone, current_setting('enable_progress_bar') AS bar"
    assert engine.rows(Query(sql)) == [{"zone": "UTC", "bar": False}]


def test_parameters_have_types(engine: DuckDBEngine) -> None:
    given = {
        "ids": Parameter("INTEGER[]", [2, 3]),
        "none": Parameter("VARCHAR[]", []),
        "amount": Parameter("DECIMAL(38,12)", Decimal("99999999999999.000000000001")),
        "day": Parameter("DATE", date(2026, 10, 1)),
        "instant": Parameter("TIMESTAMP", datetime(2026, 10, 1, 3, 0, 0, 1, tzinfo=UTC)),
        "text": Parameter("VARCHAR", "'; DROP TABLE lines --"),
        "null": Parameter("INTEGER", None),
    }
    places = ", ".join(f"${name} AS {name}, typeof(${name}) AS {name}_type" for name in given)
    (row,) = engine.rows(Query(f"SELECT {places}", given))
    assert {name: row[f"{name}_type"] for name in given} == {name: given[name].type for name in given}
    assert row["instant"] == datetime(2026, 10, 1, 3, 0, 0, 1)
    assert [row[name] for name in ("ids", "none", "amount", "text", "null")] == [
        [2, 3],
        [],
        Decimal("99999999999999.000000000001"),
        "'; DROP TABLE lines --",
        None,
    ]


@pytest.mark.parametrize("count", [LIST_VALUES_MAX - 1, LIST_VALUES_MAX, LIST_VALUES_MAX + 1])
@pytest.mark.parametrize(
    ("element", "value"),
    [("INTEGER", lambda n: n), ("VARCHAR", str), ("DATE", lambda n: date(2000, 1, 1) + timedelta(n))],
)
def test_lists_of_any_length_are_tables_of_their_values(
    engine: DuckDBEngine, element: str, value: Callable[[int], Any], count: int
) -> None:
    values = [value(number) for number in range(count)]
    given = {"many": Parameter(f"{element}[]", values), "few": Parameter(f"{element}[]", values[:1])}
    sql = (
        "SELECT count(*) AS n, typeof(any_value(m)) AS type, min(m) AS least, max(m) AS most FROM "
        "(SELECT unnest($many) AS m) AS many WHERE m IN (SELECT unnest($many)) AND m NOT IN (SELECT unnest($few))"
    )
    expected = {"n": count - 1, "type": element, "least": min(values[1:]), "most": max(values[1:])}
    assert engine.rows(Query(sql, given)) == [expected]
    with engine.stream(Query(sql, given)) as batches:
        assert [row for batch in batches for row in batch.to_pylist()] == [expected]


def test_a_stream_gives_all_rows_in_order(engine: DuckDBEngine) -> None:
    with engine.stream(Query("SELECT i FROM lines WHERE k = $k ORDER BY i", {"k": Parameter("INTEGER", 3)})) as batches:
        found = [value for batch in batches for value in batch.column(0).to_pylist()]
    assert found == list(range(3, 300000, 7))


def test_a_stream_may_be_left_early(engine: DuckDBEngine) -> None:
    for _ in range(20):
        with engine.stream(Query("SELECT a.i FROM lines a, lines b")) as batches:
            assert len(next(iter(batches))) > 0
    assert engine.rows(Query("SELECT count(*) AS n FROM lines")) == [{"n": 300000}]


def test_threads_get_their_own_rows(engine: DuckDBEngine) -> None:
    def ask(number: int) -> bool:
        wanted = number % 7
        query = Query("SELECT i, k FROM lines WHERE k = $k ORDER BY i LIMIT 500", {"k": Parameter("INTEGER", wanted)})
        if number % 2:
            return [(row["i"], row["k"]) for row in engine.rows(query)] == [
                (wanted + 7 * n, wanted) for n in range(500)
            ]
        with engine.stream(query) as batches:
            return [k for batch in batches for k in batch.column(1).to_pylist()] == [wanted] * 500

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(800)))


def test_what_outgrows_the_memory_is_refused_in_a_sentence(home: Home) -> None:
    with home.scratch() as scratch:
        engine = DuckDBEngine(connect(home, home.warehouse_path, scratch, read_only=True), home.warehouse_path)
        with pytest.raises(Refused, match="SODU_MEMORY"):
            engine.rows(Query("SELECT list(a.i) AS all FROM lines a, range(2000) b"))
        engine.close()


def test_a_second_way_of_opening_is_busy(engine: DuckDBEngine, home: Home) -> None:
    with home.scratch() as scratch, pytest.raises(Busy, match="in this process"):
        connect(home, home.warehouse_path, scratch)
