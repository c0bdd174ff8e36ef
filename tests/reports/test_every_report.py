"""What holds of every report in the catalogue: its columns are its declaration, no other partner shows, all ways render."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodu.render.formats import FORMATS
from sodu.render.language import LANGUAGES, translate
from sodu.render.options import Options
from sodu.reports.catalog import REPORTS
from sodu.reports.column import Kind
from sodu.reports.conditions import CONDITIONS, STATUSES
from sodu.reports.report import Report, Shape
from sodu.values.errors import WrongUsage
from tests.in_process import InProcess, in_process
from tests.reports.worked import FOLDER, NOW

CANARY = "canary"
MACHINE_NAMES = {
    "credit": "occurred_at account_id account_name account_type kind service_id charge_id reference "
    "counterparty_account_id counterparty_name description currency amount balance_after entry_id",
    "credit-total": "account_id account_name account_type billing_mode currency opening topped_up granted "
    "transferred_in transferred_out used refunded expired adjusted closing entries last_top_up",
    "discount": "discount_id account_id account_name service_id product_group deal_id rate previous_rate requested_at "
    "decided_at decision active_from effective_from effective_to status status_now orders list discount_given "
    "effective_rate partner_rate spread",
    "revenue-detail": "occurred_at service_from service_to account_id account_name account_type service_id service_name "
    "sku description order_id invoice_id charge_type quantity unit list customer_discount_rate customer_discount_id "
    "sales partner_discount_rate partner_discount_id cost margin own_use tax currency charge_id corrects_charge_id",
    "revenue-by-service": "service_id service_name product_group currency list customer_discount sales cost margin "
    "margin_rate own_use tax charges accounts sales_share",
    "revenue-by-account": "account_id account_name account_type currency list customer_discount sales cost margin "
    "margin_rate own_use tax charges accounts sales_share",
}


def _foreign(folder: Path) -> Path:
    """The worked example's tables for another partner, whose every text is a canary; and transfers across the border."""
    folder.mkdir()
    for path in FOLDER.glob("*.csv"):
        if path.stem == "services":
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            for row in rows:
                writer.writerow({name: _foreign_cell(name, value) for name, value in row.items()})
    return folder


def _foreign_cell(name: str, value: str) -> str:
    kept = name in ("service_id", "currency", "unit", "decision", "product_group", "email") or not value
    marked = name.endswith("_id") or name in ("name", "reference", "description")
    return value if kept or not marked else f"{CANARY}-{value}"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("both")
    with in_process(folder / "home", NOW) as loaded:
        loaded.load(FOLDER)
        loaded.load(_foreign(folder / "foreign"))
        yield loaded


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    with in_process(tmp_path_factory.mktemp("alone") / "home", NOW) as loaded:
        loaded.load(FOLDER)
        yield loaded


def each_report(test: object) -> object:
    return pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)(test)


@each_report
def test_columns_are_the_stable_machine_names(report: Report) -> None:
    kind = next(key for key in (report.slug, report.slug.rpartition("-")[0], report.slug.split("-")[0])
                if key in MACHINE_NAMES)  # fmt: skip
    names = [column.name for column in report.columns]
    # Amounts of several currencies are never added: see docs/decisions/0009.
    assert [name for name in names if kind != "discount" or name != "currency"] == MACHINE_NAMES[kind].split()
    assert len(set(names)) == len(names)


@each_report
def test_nothing_of_another_partner_shows(report: Report, product: InProcess, alone: InProcess) -> None:
    for period in ("2026-10", "2026"):
        asked = {"period": period, "partner": "P"}
        mine = product.report(report.slug, asked)
        assert CANARY not in json.dumps(mine, ensure_ascii=False)
        assert mine | {"as_known_at": 0} == alone.report(report.slug, asked) | {"as_known_at": 0}
        theirs = product.report(report.slug, asked | {"partner": f"{CANARY}-P"})
        assert theirs["row_count"] == mine["row_count"]


@each_report
def test_a_foreign_account_is_as_unknown_as_none(report: Report, product: InProcess) -> None:
    said = set()
    for account in (f"{CANARY}-C1", "nobody"):
        with pytest.raises(WrongUsage) as refused:
            product.report(report.slug, {"partner": "P", "account": account})
        said.add(str(refused.value).replace(account, "…"))
    assert len(said) == 1


@each_report
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", FORMATS)
def test_every_format_renders_it_in_every_language(
    report: Report, product: InProcess, language: str, slug: str
) -> None:
    asked = {"period": "2026-10", "partner": "P"}
    if "compare" in report.conditions:
        asked |= {"compare": "previous"}
    made = []
    for _again in range(2):
        out = io.BytesIO()
        FORMATS[slug].write(product.table(report.slug, asked), out, Options(language=language))
        made.append(out.getvalue())
    assert made[0] == made[1], "the same answer is the same bytes"
    assert len(made[0]) > 100


@each_report
def test_every_condition_is_taken_and_said(report: Report, product: InProcess) -> None:
    values = {
        "period": "2026-10", "account_type": "customer", "account": "C1", "service": "vserver", "currency": "VND",
        "product_group": "Compute", "status": list(STATUSES), "kind": ["transfer_in", "usage"], "discount": ["D1", "D2"], "compare": "year", "by": "week", "as_known_at": "6",
        "show_zero": "yes", "search": "c1", "sort": f"-{report.keys[0]}", "columns": ",".join(c.name for c in report.columns[:3]),
        "limit": "2", "after": None,
    }  # fmt: skip
    assert set(values) == set(CONDITIONS), "a new condition needs a value here"
    asked = {name: values[name] for name in report.conditions if values[name] is not None}
    answer = product.report(report.slug, asked)
    assert [column["name"] for column in answer["columns"]] == asked["columns"].split(",")
    said = answer["conditions"]
    assert set(said) == set(asked), "the answer repeats the question"
    assert len(answer["rows"]) <= 2


@each_report
def test_every_text_has_vietnamese(report: Report) -> None:
    texts = [report.title, report.summary, report.menu]
    for column in (*report.columns, *report.totals):
        texts += [column.label, *(label for _word, label in column.choices)]
    same_in_both = {"SKU"}
    missing = [text for text in texts if translate(text, "vi") == text and text not in same_in_both]
    assert not missing


@each_report
def test_money_has_its_currency_beside_it(report: Report) -> None:
    for columns in (report.columns, report.totals):
        if any(column.kind is Kind.MONEY for column in columns):
            assert any(column.kind is Kind.CURRENCY for column in columns)


@each_report
def test_listings_are_keyed_by_their_fact(report: Report) -> None:
    if report.shape is Shape.LISTING:
        assert report.keys in (("charge_id",), ("entry_id",))


@each_report
def test_every_order_is_whole_and_its_pages_join(report: Report, product: InProcess) -> None:
    asked = {"period": "2026-10", "partner": "P"}
    rows = product.report(report.slug, asked)["rows"]
    for field in report.fields:
        for sort in (field.name, f"-{field.name}") if field.sortable else ():
            ordered = asked | {"sort": sort}
            whole = product.report(report.slug, ordered)["rows"]
            assert sorted(map(json.dumps, whole)) == sorted(map(json.dumps, rows)), sort
            pages, page = [], product.report(report.slug, ordered | {"limit": "2"})
            while page["next"] is not None:
                pages += page["rows"]
                page = product.report(report.slug, ordered | {"limit": "2", "after": page["next"]})
            assert [*pages, *page["rows"]] == whole, sort
