"""The warehouse follows the journal: same rows, same numbers, same order, however it came to be."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodu.values.errors import Busy, Damaged
from sodu.warehouse import compact, opening
from sodu.warehouse.engine import Parameter, Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse, refresh
from sodu.warehouse.rebuild import rebuild
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.withdraw import withdraw
from tests.warehouse.world import (
    ENVIRONMENT,
    FACTS,
    NOW,
    TABLES,
    charges,
    contents,
    descriptions,
    entries,
    loaded,
    size,
)


@pytest.fixture
def home(small: Home) -> Home:
    return small


def asked(home: Home, sql: str) -> list[dict[str, object]]:
    with open_warehouse(home, Journal(home)) as warehouse:
        return warehouse.engine.rows(Query(sql))


def test_batches_are_taken_in_with_what_the_journal_says_of_them(home: Home) -> None:
    applied = asked(home, "SELECT seq, table_name, rows FROM applied ORDER BY seq")
    assert [tuple(row.values()) for row in applied] == [
        (1, "partners", 2),
        (2, "accounts", 6),
        (3, "services", 2),
        (4, "credit_entries", 80),
        (5, "charges", 300),
        (6, "charges", 300),
    ]


def test_days_and_months_are_those_of_the_zone(home: Home) -> None:
    wrong = "day <> CAST(occurred_at + INTERVAL 7 HOUR AS DATE) OR month <> year(day) * 100 + month(day)"
    for fact in FACTS:
        assert asked(home, f"SELECT count(*) AS n FROM {fact} WHERE {wrong}") == [{"n": 0}]
        assert len(asked(home, f"SELECT DISTINCT month FROM {fact}")) > 1


def test_rows_of_a_batch_lie_sorted(home: Home) -> None:
    rows = [row for row in contents(home, ("charges",))["charges"] if row["seq"] == 5]
    assert _places(rows) == sorted(_places(rows))


def test_a_transfer_knows_its_other_leg(home: Home) -> None:
    rows = asked(
        home, "SELECT DISTINCT own, counterparty_own, partner = counterparty_partner AS same FROM credit_entries"
    )
    assert sorted(map(str, rows)) == sorted(
        map(str, [{"own": a, "counterparty_own": b, "same": True} for a, b in ((True, False), (False, True))])
    )


def test_rollups_add_up_every_fact(home: Home) -> None:
    for fact, rollups in ROLLUPS.items():
        for rollup in rollups:
            kept = contents(home, (rollup.name,))[rollup.name]
            assert 0 < len(kept) <= sum(row["facts"] for row in kept)
            assert sorted(map(str, kept)) == sorted(map(str, asked(home, rollup.of_facts("true"))))
            assert [list(row) for row in kept[:1]] == [[*rollup.keys, *(column.name for column in rollup.sums)]]
            assert asked(home, f"SELECT count(*) AS n FROM {fact}") == [{"n": sum(row["facts"] for row in kept)}]


def test_it_is_caught_up_step_by_step_or_rebuilt_alike(home: Home, tmp_path: Path) -> None:
    at_once = contents(home)
    stepwise = Home.create(tmp_path / "stepwise", home.settings)
    folder = descriptions(tmp_path / "in")
    steps = [folder / f"{table}.csv" for table in ("partners", "accounts", "services")]
    steps += [entries(tmp_path / "a", 0, 40), charges(tmp_path / "b", 0, 300), charges(tmp_path / "c", 300, 300)]
    for step in steps:
        loaded(stepwise, step)
        refresh(stepwise, Journal(stepwise))
    assert contents(stepwise) == at_once
    rebuild(stepwise, Journal(stepwise))
    assert contents(stepwise) == at_once


def test_no_log_is_left_beside_the_file(home: Home) -> None:
    refresh(home, Journal(home))
    assert not home.warehouse_path.with_name("warehouse.duckdb.wal").exists()


def test_what_was_withdrawn_still_stands_for_earlier_numbers(home: Home) -> None:
    before = contents(home, FACTS)
    withdraw(home, 5, "tester", NOW)
    assert contents(home, FACTS) == before
    with open_warehouse(home, Journal(home)) as warehouse:
        assert warehouse.known().withdrawn == (5,)
        assert warehouse.known(6).withdrawn == ()


def test_an_open_warehouse_knows_no_more_than_it_holds(home: Home, tmp_path: Path) -> None:
    with open_warehouse(home, Journal(home)) as warehouse:
        loaded(home, charges(tmp_path / "later", 900, 5))
        assert warehouse.journal.known().seq == 7
        assert warehouse.known().seq == 6


def test_another_zone_is_another_warehouse(home: Home) -> None:
    first = asked(home, "SELECT min(day) AS day FROM charges")
    elsewhere = Home.open(home.path, replace(home.settings, zone="America/Los_Angeles"))
    assert asked(elsewhere, "SELECT min(day) AS day FROM charges") != first
    assert asked(home, "SELECT min(day) AS day FROM charges") == first


def test_a_journal_that_lost_rows_is_not_believed(home: Home, tmp_path: Path) -> None:
    old = home.journal_path.read_bytes()
    loaded(home, charges(tmp_path / "later", 900, 5))
    refresh(home, Journal(home))
    home.journal_path.write_bytes(old)
    with pytest.raises(Damaged, match="the journal has lost rows: the warehouse knows batch 7, the journal ends at 6"):
        refresh(home, Journal(home))
    rebuild(home, Journal(home))
    refresh(home, Journal(home))


def test_a_batch_that_another_journal_has_differently_is_not_believed(home: Home, tmp_path: Path) -> None:
    refresh(home, Journal(home))
    other = Home.create(tmp_path / "other", home.settings)
    folder = descriptions(tmp_path / "in")
    loaded(other, folder / "partners.csv")
    loaded(other, folder / "services.csv")
    other.warehouse_path.write_bytes(home.warehouse_path.read_bytes())
    with pytest.raises(Damaged, match="differ at batch 2"):
        refresh(other, Journal(other))


READER = """
import sys
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
home = Home.open(sys.argv[1])
with open_warehouse(home, Journal(home)) as warehouse:
    print(warehouse.head, flush=True)
    sys.stdin.read()
"""


def test_readers_read_side_by_side_and_a_writer_waits_for_them(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(home, Journal(home))
    command = [sys.executable, "-c", READER, str(home.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as reader:
        assert reader.stdin
        assert reader.stdout
        assert reader.stdout.readline() == "6\n"
        assert len(asked(home, "SELECT * FROM charges")) == 600
        loaded(home, charges(tmp_path / "later", 900, 5))
        monkeypatch.setattr(opening, "LOCK_WAIT_SECONDS", 0.2)
        with pytest.raises(Busy, match=f"pid {reader.pid}"):
            refresh(home, Journal(home))
        reader.stdin.close()
        reader.wait(20)
    assert len(asked(home, "SELECT * FROM charges")) == 605


def test_rebuilding_beside_readers_leaves_them_theirs(home: Home) -> None:
    with open_warehouse(home, Journal(home)) as warehouse:
        rebuild(home, Journal(home))
        assert len(warehouse.engine.rows(Query("SELECT * FROM charges"))) == 600


def test_many_small_loads_are_sorted_into_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact, "COMPACT_FRAGMENTS_MAX", 4)
    home = Home.create(tmp_path / "home")
    loaded(home, descriptions(tmp_path / "in"))
    for number in range(size("SODU_SMALL_LOADS", 6)):
        loaded(home, charges(tmp_path / "in", number * 10, 10))
        refresh(home, Journal(home))
    assert asked(
        home,
        "SELECT max(pieces) <= 4 AS few FROM (SELECT sum(fragments) AS pieces FROM fragments GROUP BY fact, month)",
    ) == [{"few": True}]
    sorted_once = contents(home)
    first_month = [row for row in sorted_once["charges"] if row["month"] == 202609 and row["seq"] <= 8]
    assert _places(first_month) == sorted(_places(first_month))
    rebuild(home, Journal(home))
    anew = contents(home)
    for table in TABLES:
        assert sorted(map(str, anew[table])) == sorted(map(str, sorted_once[table]))


def _places(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["month"], row["partner"], row["occurred_at"], row["charge_id"]) for row in rows]


def test_typed_parameters_reach_the_facts(home: Home) -> None:
    with open_warehouse(home, Journal(home)) as warehouse:
        query = Query("SELECT count(*) AS n FROM charges WHERE seq <= $seq", {"seq": Parameter("INTEGER", 5)})
        assert warehouse.engine.rows(query) == [{"n": 300}]
