"""Ten thousand accounts in one question, as a condition and as a reader's limits: exactly theirs, on both engines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.conditions import parse
from sodu.reports.run import question_of, run
from sodu.reports.scope import Scope
from sodu.reports.sql import grouped
from sodu.reports.table import ResultTable
from sodu.values.limits import ACCOUNTS_ASKED_MAX
from sodu.warehouse.clickhouse.dialect import statement_of
from tests.in_process import InProcess, in_process
from tests.warehouse.clickhouse.conftest import OnCluster
from tests.warehouse.world import ENVIRONMENT, NOW, SETTINGS, descriptions, write

ACCOUNTS = ACCOUNTS_ASKED_MAX + 500
"""Customers of each of two partners."""
ASKED = [f"P1-{number}" for number in range(1, ACCOUNTS + 1) if number % 21][:ACCOUNTS_ASKED_MAX]
PERIOD = "2026"

Both = dict[str, InProcess]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, on_cluster: OnCluster) -> Iterator[Both]:
    place = tmp_path_factory.mktemp("many")
    with (
        in_process(place / "home", NOW, SETTINGS) as own,
        in_process(place / "home", NOW, replace(on_cluster(), memory=SETTINGS.memory)) as cluster,
    ):
        own.load(descriptions(place / "in", ACCOUNTS + 1))
        own.load(_facts(place / "facts"))
        yield {"duckdb": own, "clickhouse": cluster}


def _facts(folder: Path) -> Path:
    """A charge and a top-up of each customer."""
    names = [(partner, number) for partner in ("P1", "P2") for number in range(1, ACCOUNTS + 1)]
    charges = [
        {
            "charge_id": f"k-{partner}-{number}",
            "account_id": f"{partner}-{number}",
            "partner_id": partner,
            "service_id": "disk",
            "occurred_at": f"2026-{number % 10 + 1:02}-15T03:00:00Z",
            "charge_type": "usage",
            "list_amount": _sold(number) + 1,
            "partner_amount": _sold(number) - 1,
            "customer_amount": _sold(number),
            "currency": "VND",
        }
        for partner, number in names
    ]
    entries = [
        {
            "entry_id": f"e-{partner}-{number}",
            "account_id": f"{partner}-{number}",
            "partner_id": partner,
            "occurred_at": f"2026-{number % 10 + 1:02}-15T03:00:00Z",
            "kind": "topup",
            "amount": _sold(number),
            "currency": "VND",
        }
        for partner, number in names
    ]
    write(folder, "charges", charges)
    write(folder, "credit_entries", entries)
    return folder


def _sold(number: int) -> Decimal:
    return 1000 * number + Decimal("0.000000000001") * (number % 7)


def _sum(accounts: list[str]) -> Decimal:
    return sum((_sold(int(account.removeprefix("P1-"))) for account in accounts), Decimal(0))


def _limited(product: InProcess, slug: str, accounts: list[str], **words: list[str]) -> ResultTable:
    """What a partner's person sees who is limited to some accounts."""
    conditions = parse(report_of(slug), {"period": [PERIOD], **words}, NOW.date())
    return run(report_of(slug), conditions, Scope(("P1",), tuple(accounts)), product.warehouse(), product.now)


def _rows(table: ResultTable) -> list[dict[str, Any]]:
    return [row for batch in table.batches for row in batch.to_pylist()]


@pytest.mark.parametrize("engine", ["duckdb", "clickhouse"])
@pytest.mark.parametrize(
    ("slug", "measure"),
    [("revenue-by-account", "sales"), ("revenue-by-service", "sales"), ("credit-total", "topped_up")],
)
def test_the_total_is_that_of_the_accounts_one_by_one(both: Both, engine: str, slug: str, measure: str) -> None:
    product = both[engine]
    asked = product.table(slug, {"period": PERIOD, "account": ASKED})
    limited = _limited(product, slug, ASKED)
    assert asked.totals == limited.totals
    assert _rows(asked) == _rows(limited)
    (total,) = [row for row in asked.totals if row["account_type"] == "both"]
    assert total[measure] == _sum(ASKED)
    for account in (ASKED[0], ASKED[-1]):
        (alone,) = [row for row in _limited(product, slug, [account]).totals if row["account_type"] == "both"]
        assert alone[measure] == _sum([account])


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_report_of_many_accounts_is_the_same_from_both(both: Both, report: Any) -> None:
    tables = [_limited(product, report.slug, ASKED) for product in both.values()]
    rows = [_rows(table) for table in tables]
    assert rows[0] == rows[1]
    assert tables[0].totals == tables[1].totals
    assert tables[0].sha256 == tables[1].sha256
    accounts = {row["account_id"] for row in rows[0] if "account_id" in row}
    assert accounts <= set(ASKED)


@pytest.mark.parametrize("engine", ["duckdb", "clickhouse"])
def test_many_accounts_asked_for_within_the_many_that_may_be_seen(both: Both, engine: str) -> None:
    asked = ASKED[1:]
    table = _limited(both[engine], "revenue-by-account", ASKED, account=asked)
    assert {row["account_id"] for row in _rows(table)} == set(asked)
    assert table.row_count == len(asked)


def test_accounts_travel_as_a_table_and_not_in_the_text(both: Both) -> None:
    warehouse = both["duckdb"].warehouse()
    texts = []
    for count in (2, ACCOUNTS_ASKED_MAX):
        conditions = parse(report_of("revenue-by-account"), {"period": [PERIOD]}, NOW.date())
        scope = Scope(("P1",), tuple(ASKED[:count]))
        question = question_of(report_of("revenue-by-account"), conditions, scope, warehouse, NOW)
        query = grouped.rows(question.report, question.selection, None)
        assert len(query.parameters["accounts"].value) == count
        texts.append((query.sql, statement_of(query).sql))
        assert "list_accounts" in statement_of(query).lists
    assert texts[0] == texts[1]


def test_many_accounts_on_the_command_line(both: Both) -> None:
    words = [word for account in ASKED for word in ("--account", account)]
    command = [sys.executable, "-m", "sodu.entrances.commands.main", "--home", str(both["duckdb"].home.path), "report"]
    done = subprocess.run(
        [*command, "revenue-by-account", "--period", PERIOD, "--format", "csv", *words],
        env={**ENVIRONMENT, "SODU_NOW": NOW.isoformat(), "SODU_MEMORY": SETTINGS.memory},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.splitlines()) == 1 + len(ASKED)
