"""Every figure explains itself: its formula, its rows and its batches each give it, within what the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.column import Kind
from sodu.reports.conditions import parse
from sodu.reports.explain import explain, place_of
from sodu.reports.explained import Explanation
from sodu.reports.report import Report, Shape
from sodu.reports.scope import Scope
from sodu.values.errors import WrongUsage
from sodu.values.limits import EXPLAINED_ROWS_SHOWN
from sodu.warehouse import sample
from sodu.warehouse.progress import silent
from tests.in_process import InProcess, in_process
from tests.reports.worked import FOLDER, NOW

FIGURES = (Kind.MONEY, Kind.COUNT, Kind.RATE, Kind.CHANGE_RATE)
BUCKETS = ("day", "week", "month", "quarter")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("explained")
    with in_process(folder / "home", NOW) as loaded:
        loaded.load(FOLDER)
        loaded.load(*sample.write(folder / "sample", 400, 1, silent, NOW.date()))
        yield loaded


class Asks:
    """Asks a home what its figures are, and why."""

    def __init__(self, product: InProcess, slug: str, wire: dict[str, Any], scope: Scope) -> None:
        self.product = product
        self.report = report_of(slug)
        self.conditions = parse(
            self.report, {name: [v] if isinstance(v, str) else v for name, v in wire.items()}, NOW.date()
        )
        self.wire = wire
        self.scope = scope

    def why(self, words: dict[str, str], **narrower: Any) -> Explanation:
        wire = {name: [v] if isinstance(v, str) else v for name, v in (self.wire | narrower).items()}
        conditions = parse(self.report, wire, NOW.date())
        return explain(place_of(self.report, conditions, words), self.scope, self.product.warehouse(), NOW)

    def table(self) -> Any:
        from sodu.reports.run import run

        return run(self.report, self.conditions, self.scope, self.product.warehouse(), NOW)


def holds(made: Explanation, value: Any) -> None:
    where = f"{made.place.report.slug} {made.place.words} {made.question.wire()}"
    assert made.value == value, where
    assert all(check.ok for check in made.checks), (where, made.checks)
    assert len(made.checks) >= bool(made.parts or made.rows) or made.notes, where
    for rows in made.rows:
        assert len(rows.first) == min(rows.row_count, EXPLAINED_ROWS_SHOWN), where
        if rows.row_count <= EXPLAINED_ROWS_SHOWN and rows.value is not None:
            assert by_hand(rows) == rows.value, where


def by_hand(rows: Any) -> Any:
    total: Any = 0
    for sign, column in rows.sums:
        value = sum((row[column.name] or 0 for row in rows.first), Decimal(0)) if column else len(rows.first)
        total += value if sign == "+" else -value
    return total


def figures(report: Report, columns: Any) -> list[Any]:
    return [c for c in columns if c.kind in FIGURES and report.figure(c.base or c.name)]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_figure_of_a_report_is_declared(report: Report) -> None:
    shown = report.totals if report.shape in (Shape.LISTING, Shape.REGISTER) else (*report.totals, *report.columns)
    assert [column.name for column in shown if column.kind in FIGURES and not report.figure(column.name)] == []


PARTNER_P = ("P", {"period": "2026-10", "currency": "VND"})
DEMO = ("partner-01", {"period": "2026-10"})


@pytest.mark.parametrize(("partner", "asked"), [PARTNER_P, DEMO], ids=["worked example", "sample"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_total_is_explained(product: InProcess, report: Report, partner: str, asked: dict[str, str]) -> None:
    asks = Asks(product, report.slug, asked, Scope.partner(partner))
    totals = asks.table().totals
    assert totals
    # Of the sample the widest total will do: the worked example is asked whole.
    for total in totals if partner == "P" else totals[:1]:
        for column in figures(report, report.totals):
            narrower = {"currency": total["currency"], "account_type": total["account_type"]}
            holds(asks.why({"measure": column.name}, **narrower), total[column.name])


@pytest.mark.parametrize(
    ("slug", "more"),
    [
        ("credit-total", {}),
        ("credit-total", {"by": "month", "period": "2026-09..2026-10"}),
        ("credit-total", {"compare": "previous"}),
        ("revenue-by-service", {}),
        ("revenue-by-service", {"by": "week", "compare": "previous"}),
        ("revenue-by-account", {"compare": "previous"}),
    ],
)
def test_every_row_is_explained(product: InProcess, slug: str, more: dict[str, str]) -> None:
    if "2026-09..2026-10" in more.values():
        more = more | {"period": "2026-09-01..2026-10-31"}
    asks = Asks(product, slug, {"period": "2026-10"} | more, Scope.partner("P"))
    table = asks.table()
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    assert rows
    for row in (rows[0], *([] if table.header.conditions.get("compare") else rows[-1:])):
        words = {name: row[name] for name in ("account_id", "service_id") if row.get(name)}
        words |= next(({"bucket": row[name]} for name in BUCKETS if name in row), {})
        for column in figures(asks.report, table.columns):
            holds(asks.why({"measure": column.name, **words}, currency=row["currency"]), row[column.name])


@pytest.mark.parametrize("slug", ["discount-partner", "discount-customer"])
def test_what_a_discount_did_leads_to_the_charges_that_captured_it(product: InProcess, slug: str) -> None:
    asks = Asks(product, slug, {"period": "2026"}, Scope.operator())
    rows = [row for batch in asks.table().batches for row in batch.to_pylist() if row["currency"]]
    assert len(rows) > 3
    for row in rows[:8]:
        words = {"discount_id": row["discount_id"]}
        for column in figures(asks.report, asks.report.totals):
            made = asks.why({"measure": column.name, **words}, currency=row["currency"])
            holds(made, row[column.name])
            assert [rows.report.slug for rows in made.rows] == ([] if made.parts else ["revenue-detail"])
        detail = {"period": "2026", "discount": row["discount_id"], "currency": row["currency"]}
        charges = product.report("revenue-detail", detail)
        assert Decimal(charges["totals"][0]["list"]) == row["list"]
        assert all(row["discount_id"] in (c["partner_discount_id"], c["customer_discount_id"]) for c in charges["rows"])


def test_only_reports_of_discounts_have_rows_of_discounts() -> None:
    for report in REPORTS:
        conditions = parse(report, {"period": ["2026"]}, NOW.date())
        words = {"measure": report.figures[0].name, "discount_id": "D1"}
        if "discount" in report.conditions:
            assert place_of(report, conditions, words).row == {"discount_id": "D1"}
        else:
            with pytest.raises(WrongUsage, match="discount_id: no word for a figure"):
                place_of(report, conditions, words)


@pytest.mark.parametrize("slug", ["credit-topped-up", "credit-usage"])
@pytest.mark.parametrize("kinds", [["transfer_in", "transfer_out"], ["adjustment"], ["usage", "topup"]])
def test_totals_of_kinds_are_explained(product: InProcess, slug: str, kinds: list[str]) -> None:
    asks = Asks(product, slug, {"period": "2026", "kind": kinds}, Scope.operator())
    for total in asks.table().totals[-2:]:
        for column in figures(asks.report, asks.report.totals):
            narrower = {"currency": total["currency"], "account_type": total["account_type"]}
            holds(asks.why({"measure": column.name}, **narrower), total[column.name])


def test_kinds_of_a_listing_are_its_parts(product: InProcess) -> None:
    for slug in ("credit-topped-up", "credit-usage"):
        asked = {"period": "2026", "currency": "VND", "account_type": "customer"}
        whole = product.report(slug, asked)
        parts = [product.report(slug, asked | {"kind": kind}) for kind in
                 ("topup", "grant", "transfer_in", "transfer_out", "usage", "refund", "expiry", "adjustment")]  # fmt: skip
        assert sum(part["row_count"] for part in parts) == whole["row_count"]
        for name, value in whole["totals"][0].items():
            if name not in ("account_type", "currency"):
                assert sum(Decimal(part["totals"][0][name]) for part in parts) == Decimal(value), name


def test_internal_transfers_stand_behind_what_is_eliminated(product: InProcess) -> None:
    asks = Asks(product, "credit-total", {"period": "2026-10", "currency": "VND"}, Scope.partner("P"))
    made = asks.why({"measure": "eliminated"})
    assert (made.value, made.row_count) == (3200, 3)
    transferred = asks.why({"measure": "transferred_in"})
    assert transferred.value == 0
    assert transferred.less is not None
    assert (transferred.rows_sum, transferred.less.value) == (3200, 3200)
    assert transferred.batches == ()


def test_opening_balances_are_all_earlier_entries(product: InProcess) -> None:
    asks = Asks(product, "credit-total", {"period": "2026-10", "currency": "VND"}, Scope.partner("P"))
    made = asks.why({"measure": "opening", "account_id": "P-own"})
    assert made.value == made.rows_sum == sum(batch.value for batch in made.batches) == 1000
    assert {str(rows.conditions.period.end) for rows in made.rows} == {"2026-10-01"}
    assert all(batch.source.endswith(".csv") and len(batch.sha256) == 64 for batch in made.batches)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_foreign_account_is_as_unknown_as_none(report: Report, product: InProcess) -> None:
    said = set()
    measure = report.figures[0].name
    for scope in (Scope.partner("P"), Scope(("P",), ("C1",))):
        for account in ("partner-01-c0001", "nobody", "C2" if scope.accounts else "no-one"):
            for words, wire in (({"account_id": account}, {}), ({}, {"account": account})):
                asks = Asks(product, report.slug, {"period": "2026-10", "currency": "VND"}, scope)
                with pytest.raises(WrongUsage) as refused:
                    asks.why({"measure": measure, **words}, **wire)
                said.add(str(refused.value).replace(account, "…"))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"measure": "gross"}, "measure: credit-total has no figure 'gross'; it has opening"),
        ({"measure": "used_before"}, "measure: credit-total has no figure 'used_before'"),
        ({"measure": "used", "order": "1"}, "order: no word for a figure"),
        ({"measure": "used", "bucket": "this-month"}, "bucket: 'this-month' is no day"),
        ({"measure": "used", "bucket": "soon"}, "period: 'soon' is no period"),
    ],
)
def test_ill_formed_words_are_refused(product: InProcess, words: dict[str, str], message: str) -> None:
    asks = Asks(product, "credit-total", {"period": "2026-10"}, Scope.partner("P"))
    with pytest.raises(WrongUsage) as refused:
        asks.why(words)
    assert message in str(refused.value)


def test_the_currency_is_named_where_there_are_several(product: InProcess) -> None:
    asks = Asks(product, "credit-total", {"period": "2026"}, Scope.operator())
    with pytest.raises(WrongUsage, match="currency: say in which currency"):
        asks.why({"measure": "used"})


def test_an_explanation_is_as_known_then(product: InProcess) -> None:
    now = Asks(product, "credit-total", {"period": "2026-10", "currency": "VND"}, Scope.partner("P"))
    head = now.table().header.known.seq
    then = now.why({"measure": "closing"}, as_known_at=str(head - 1))
    assert then.header.known.seq == head - 1
    assert all(batch.seq < head for batch in then.batches)
