"""Every report under every condition, and in every format, is the same bytes from DuckDB and from a cluster."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from sodu.render.formats import FORMATS
from sodu.render.options import Options
from sodu.reports.catalog import REPORTS
from tests.in_process import InProcess, in_process
from tests.reports.worked import CASES, FOLDER, NOW
from tests.warehouse.clickhouse.conftest import OnCluster
from tests.warehouse.world import SETTINGS

Both = tuple[InProcess, InProcess]

CONDITIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "year": {"period": "2026"},
    "own": {"account_type": "partner"},
    "customers": {"account_type": "customer", "partner": "P"},
    "account": {"account": "C1"},
    "accounts": {"account": ["C1", "P-own"]},
    "service": {"service": "vserver"},
    "services": {"service": ["vserver", "vstorage"]},
    "group": {"product_group": "Storage"},
    "currency": {"currency": "USD"},
    "unknown currency": {"currency": "XTS"},
    "discount": {"discount": "DP1"},
    "discounts": {"discount": ["DP0", "DP1"], "period": "2026"},
    "status": {"status": ["active", "expired"]},
    "kind": {"kind": ["usage", "transfer_out"]},
    "compared": {"compare": "previous"},
    "compared with a year": {"compare": "year", "by": "month", "period": "2026"},
    "compared by day": {"compare": "2026-09", "by": "day"},
    "weeks": {"by": "week", "period": "2026-Q4"},
    "quarters": {"by": "quarter", "period": "2026"},
    "zero": {"show_zero": "yes"},
    "first page": {"limit": 2},
    "sorted": {"sort": "-currency", "limit": 3},
    "columns": {"columns": "currency"},
    "searched by name": {"search": "customer"},
    "searched by text": {"search": "e"},
    "long ago": {"period": "2000"},
    "far": {"period": "2199-12"},
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, on_cluster: OnCluster) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("both") / "home"
    with in_process(home, NOW, SETTINGS) as own, in_process(home, NOW, on_cluster()) as cluster:
        own.load(FOLDER)
        yield own, cluster


def _made(product: InProcess, slug: str, asked: dict[str, Any], format_: str) -> bytes:
    out = io.BytesIO()
    FORMATS[format_].write(product.table(slug, asked), out, Options())
    return out.getvalue()


CASES_ASKED = [
    (report.slug, name)
    for report in REPORTS
    for name, asked in CONDITIONS.items()
    if set(asked) - {"partner"} <= set(report.conditions)
]


@pytest.mark.parametrize(("slug", "name"), CASES_ASKED)
def test_every_report_under_every_condition(both: Both, slug: str, name: str) -> None:
    asked = {"period": "2026-10"} | CONDITIONS[name]
    own, cluster = (product.report(slug, asked) for product in both)
    assert cluster == own


def test_every_condition_is_asked() -> None:
    asked = {condition for conditions in CONDITIONS.values() for condition in conditions}
    asked |= {"period", "as_known_at", "after"}
    assert asked - {"partner"} == {condition for report in REPORTS for condition in report.conditions}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("slug", [report.slug for report in REPORTS])
def test_every_format(both: Both, slug: str, format_: str) -> None:
    own, cluster = (_made(product, slug, {"period": "2026"}, format_) for product in both)
    assert cluster == own


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_worked_example(both: Both, case: Any) -> None:
    answers = [product.report(case.slug, case.asked) for product in both]
    assert answers[1] == answers[0]
    totals = {total["account_type"]: total for total in answers[1]["totals"]}
    shown = totals.get(case.asked.get("account_type", "both"), {})
    assert {name: shown[name] for name in case.total} == case.total


def test_page_after_page(both: Both) -> None:
    for slug in ("credit-usage", "credit-topped-up", "revenue-detail"):
        for sort in ("occurred_at", "-occurred_at", "-currency"):
            asked: dict[str, Any] = {"period": "2026", "sort": sort, "limit": 2}
            while asked:
                own, cluster = (product.report(slug, asked) for product in both)
                assert cluster == own
                asked = asked | {"after": own["next"]} if own["next"] else {}


def test_as_known_at(both: Both) -> None:
    for seq in range(7):
        for report in REPORTS:
            own, cluster = (product.report(report.slug, {"period": "2026-10"}, seq) for product in both)
            assert cluster == own
