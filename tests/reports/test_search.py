"""Search: by names whatever their case and diacritics, by ids and texts as they stand; totals are of what is found."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.charted import drawing, has_chart
from sodu.reports.conditions import parse
from sodu.reports.explain import explain, place_of
from sodu.reports.report import Report, Shape
from sodu.reports.scope import Scope
from sodu.values import limits
from sodu.values.errors import WrongUsage
from sodu.values.folding import fold
from sodu.warehouse import sample
from sodu.warehouse.progress import silent
from tests.in_process import InProcess, in_process
from tests.reports.worked import FOLDER, NOW

VND = {"period": "2026-10", "partner": "P", "currency": "VND"}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("searched")
    with in_process(folder / "home", NOW) as loaded:
        loaded.load(_renamed(folder / "example"))
        loaded.load(*sample.write(folder / "sample", 400, 1, silent, NOW.date()))
        yield loaded


def _renamed(folder: Path) -> Path:
    """The worked example, its first customer called something with diacritics."""
    folder.mkdir()
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if path.stem == "accounts" and row["account_id"] == "C1":
                row["name"] = "Điện máy ĐÔNG Á"
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def rows_of(product: InProcess, slug: str, search: str, **more: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = product.report(slug, VND | more | {"search": search})["rows"]
    return rows


@pytest.mark.parametrize("search", ["dong a", "ĐÔNG Á", "Điện máy", "đien A", "c1", "C1 dong", " dong "])
def test_accounts_are_found_by_name_and_id_whatever_the_letters(product: InProcess, search: str) -> None:
    assert {row["account_id"] for row in rows_of(product, "credit-total", search)} == {"C1"}
    assert {row["account_id"] for row in rows_of(product, "revenue-by-account", search)} == {"C1"}


def test_a_statement_of_the_accounts_found_is_the_one_of_those_accounts(product: InProcess) -> None:
    found = product.report("credit-total", VND | {"search": "dong a"})
    chosen = product.report("credit-total", VND | {"account": "C1"})
    assert (found["rows"], found["totals"], found["sha256"]) == (chosen["rows"], chosen["totals"], chosen["sha256"])
    assert all(check["ok"] for check in found["checks"])
    assert len(found["checks"]) == len(chosen["checks"])


def test_a_listing_finds_rows_by_account_counterparty_service_and_their_own_texts(product: InProcess) -> None:
    every = product.report("credit-usage", VND)["rows"]
    named = rows_of(product, "credit-usage", "dong a")
    assert named == [row for row in every if "C1" in (row["account_id"], row["counterparty_account_id"])]
    assert {row["kind"] for row in named} == {"usage", "refund", "transfer_out"}
    one = rows_of(product, "credit-usage", every[0]["entry_id"])
    assert every[0] in one
    assert all(every[0]["entry_id"] in " ".join(filter(None, map(str, row.values()))) for row in one)


def test_totals_are_of_the_rows_found(product: InProcess) -> None:
    found = product.report("credit-usage", VND | {"search": "dong a"})
    total = found["totals"][0]
    listed = sum(Decimal(row["amount"]) for row in found["rows"])
    assert Decimal(total["amount"]) == listed - Decimal(total["eliminated"])
    detail = product.report("revenue-detail", VND | {"search": "c1"})
    assert {row["account_id"] for row in detail["rows"]} == {"C1"}
    assert Decimal(detail["totals"][0]["sales"]) == sum(Decimal(row["sales"]) for row in detail["rows"])
    assert detail["checks"][0]["ok"]


def test_balances_stay_those_of_the_account(product: InProcess) -> None:
    every = {row["entry_id"]: row for row in product.report("credit-usage", VND)["rows"]}
    for row in rows_of(product, "credit-usage", "dong a"):
        assert row == every[row["entry_id"]]


def test_services_are_found(product: InProcess) -> None:
    found = product.report("revenue-by-service", VND | {"search": "VSERVER"})
    assert {row["service_id"] for row in found["rows"]} == {"vserver"}
    assert found["totals"] == product.report("revenue-by-service", VND | {"service": "vserver"})["totals"]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_nothing_found_is_an_empty_answer(product: InProcess, report: Report) -> None:
    answer = product.report(report.slug, {"period": "2026", "search": "nothing is called so"})
    assert (answer["row_count"], answer["rows"], answer["totals"]) == (0, [], [])


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_nothing_of_another_partner_is_found(product: InProcess, report: Report) -> None:
    asked = {"period": "2026-10", "partner": "partner-01"}
    for search in ("dong a", "C1", "Điện"):
        found = product.report(report.slug, asked | {"search": search})
        assert "C1" not in [row.get("account_id") for row in found["rows"]]
        assert found["row_count"] <= product.report(report.slug, asked)["row_count"]


def test_what_is_no_search_is_refused() -> None:
    for text in ("", "  ", "a\tb", "x" * (limits.SEARCH_CHARACTERS_MAX + 1), "\u200b"):
        with pytest.raises(WrongUsage, match="search: give 1 to 100 characters"):
            parse(report_of("credit-total"), {"search": [text]}, NOW.date())
    kept = parse(report_of("credit-total"), {"search": ["x" * limits.SEARCH_CHARACTERS_MAX]}, NOW.date())
    assert kept.wire()["search"] == "x" * limits.SEARCH_CHARACTERS_MAX
    assert parse(report_of("credit-total"), {"search": [" A\u0301 "]}, NOW.date()).search == "Á"


def test_letters_are_folded() -> None:
    assert fold("Đông Á") == fold("dong a") == fold("ĐÔNG A\u0301") == "dong a"
    assert fold("Straße") == "strasse"


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_totals_of_what_is_found_are_explained(product: InProcess, report: Report) -> None:
    scope = Scope.partner("partner-01")
    search = (
        "own"
        if report.slug == "discount-partner"
        else "vserver"
        if report.owner or "service" in report.slug
        else "cong ty xay"
    )
    conditions = parse(report, {"period": ["2026"], "search": [search], "currency": ["VND"]}, NOW.date())
    from sodu.reports.run import run

    table = run(report, conditions, scope, product.warehouse(), NOW)
    for total in table.totals:
        for figure in report.figures:
            if figure.name in total:
                narrower = conditions.of_figure(total["currency"], total["account_type"])
                made = explain(place_of(report, narrower, {"measure": figure.name}), scope, product.warehouse(), NOW)
                assert made.value == total[figure.name], figure.name
                assert all(check.ok for check in made.checks), (figure.name, made.checks)


def test_a_total_of_very_many_is_not_explained_under_a_search(
    product: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodu.reports.explain_rows.SEARCH_FOUND_EXPLAINED_MAX", 1)
    conditions = parse(
        report_of("credit-total"), {"period": ["2026"], "search": ["a"], "currency": ["VND"]}, NOW.date()
    )
    asked = (Scope.partner("partner-01"), product.warehouse(), NOW)
    with pytest.raises(WrongUsage, match="search: a total of"):
        explain(place_of(report_of("credit-total"), conditions, {"measure": "used"}), *asked)


def test_rows_that_are_searched_for_have_no_chart(product: InProcess) -> None:
    for report in REPORTS:
        conditions = parse(report, {"period": ["2026-10"], "search": ["a"]}, NOW.date())
        asked = (report, conditions, Scope.partner("P"), product.warehouse(), NOW)
        assert has_chart(report, conditions) is (report.shape is not Shape.LISTING)
        if report.shape is Shape.LISTING:
            with pytest.raises(WrongUsage, match="search: rows that are looked for one by one have no chart"):
                drawing(*asked)
        else:
            assert drawing(*asked).report is report
