"""FOCUS files as charges: every row in, sums by service and currency as in the file, and a reload adds nothing."""

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sodu.values.errors import WrongUsage
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadReport, LoadRequest, load
from sodu.warehouse.store import batch_path

ROOT = Path(__file__).resolve().parents[3]
OCTOBER = ROOT / "tests/data/focus/october.csv"
SAMPLE = ROOT.parent / "shared/data/focus/focus_1_0_sample_500.csv"
FILES = [OCTOBER, pytest.param(SAMPLE, marks=pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not here"))]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
AMOUNTS = {"list_amount": "ListCost", "partner_amount": "ContractedCost", "customer_amount": "BilledCost"}


def load_focus(home: Home, path: Path, **words: object) -> LoadReport:
    words = {"partner": "P"} | words
    return load(home, LoadRequest((path,), source="focus", **words), "tester", NOW)


def rows_of(home: Home, table: str) -> list[dict]:
    return [
        row
        for batch in Journal(home).batches(table=table)
        for row in pq.read_table(batch_path(home, batch.batch_sha256)).to_pylist()
    ]


def figure(text: str) -> Decimal:
    return Decimal(0) if text in ("", "NULL") else Decimal(text)


@pytest.mark.parametrize("path", FILES)
def test_every_row_is_a_charge_and_the_sums_are_the_files_own(path: Path, home: Home) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    report = load_focus(home, path)
    assert [batch.table for batch in report.batches] == ["partners", "accounts", "services", "charges"]
    assert report.batches[-1].rows == len(rows)
    expected: dict[tuple, Decimal] = defaultdict(Decimal)
    found: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in rows:
        service = row["ServiceName"] if row["ServiceName"] not in ("", "NULL") else "(unassigned)"
        for column, focus in AMOUNTS.items():
            amount = Decimal(0) if row["ChargeCategory"] == "Tax" else figure(row[focus])
            expected[service, row["BillingCurrency"], column] += amount
    for charge in rows_of(home, "charges"):
        for column in AMOUNTS:
            found[charge["service_id"], charge["currency"], column] += charge[column]
    assert found == expected


@pytest.mark.parametrize("path", FILES)
def test_a_second_load_is_all_duplicates(path: Path, home: Home, contents: Callable) -> None:
    rows = load_focus(home, path).batches[-1].rows
    before = contents()
    assert [(batch.rows, batch.duplicates) for batch in load_focus(home, path).batches] == [(0, rows)]
    assert contents() == before


def test_parquet_gives_the_same_batches(home: Home, tmp_path: Path) -> None:
    parquet = tmp_path / "october.parquet"
    duckdb.sql(f"COPY (FROM read_csv('{OCTOBER}', all_varchar=true)) TO '{parquet}'")
    load_focus(home, OCTOBER)
    assert [(batch.rows, batch.duplicates) for batch in load_focus(home, parquet).batches] == [(0, 5)]


HEAD = (
    "ChargeCategory,ChargeClass,BilledCost,ListCost,ContractedCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,"
)
HEAD += "SubAccountId,SubAccountName,BillingAccountId,BillingAccountName,ServiceName,ServiceCategory\n"
LINE = "{},{},5,7,6,USD,2026-10-01 00:00:00,2026-10-02T00:00:00Z,{},Acc,B,Bill,{},{}\n"


def test_each_kind_of_charge_becomes_the_contracts(home: Home, tmp_path: Path) -> None:
    lines = [
        LINE.format("Usage", "NULL", "a", "S", "Storage"),
        LINE.format("Usage", "NULL", "a", "S", "Storage"),
        LINE.format("Purchase", "", "a", "S", "Compute"),
        LINE.format("Credit", "", "a", "", ""),
        LINE.format("Adjustment", "", "NULL", "S", "Compute"),
        LINE.format("Tax", "", "a", "S", "Compute"),
        LINE.format("Usage", "Correction", "a", "S", "Compute"),
    ]
    path = tmp_path / "any name.csv"
    path.write_text(HEAD + "".join(lines))
    load_focus(home, path)
    charges = rows_of(home, "charges")
    assert [row["charge_type"] for row in charges][:5] == ["usage", "usage", "new", "refund", "refund"]
    assert charges[6]["charge_type"] == "correction"
    assert (charges[5]["customer_amount"], charges[5]["tax_amount"], charges[0]["tax_amount"]) == (0, 5, None)
    assert [row["account_id"] for row in charges] == ["a"] * 4 + ["B"] + ["a"] * 2
    assert charges[3]["service_id"] == "(unassigned)"
    assert len({row["charge_id"] for row in charges}) == 7
    assert {row["service_id"]: row["product_group"] for row in rows_of(home, "services")} == {
        "(unassigned)": None,
        "S": "Compute",
    }
    assert [(row["account_id"], row["partner_id"], row["billing_mode"]) for row in rows_of(home, "accounts")] == [
        ("B", "P", "postpaid"),
        ("a", "P", "postpaid"),
    ]


def test_amounts_and_partners_may_be_mapped(home: Home, tmp_path: Path) -> None:
    path, mapping = tmp_path / "focus.csv", tmp_path / "partners.csv"
    path.write_text(HEAD + LINE.format("Usage", "", "a", "S", "C") + LINE.format("Usage", "", "b", "S", "C"))
    mapping.write_text("account,partner\na,P\nb,Q\n")
    load_focus(home, path, partner=None, mapping=mapping, column_map={"customer_amount": "ListCost"})
    found = [(row["account_id"], row["partner_id"], row["customer_amount"]) for row in rows_of(home, "charges")]
    assert found == [("a", "P", 7), ("b", "Q", 7)]


def test_digits_beyond_the_contracts_are_an_error(home: Home, tmp_path: Path, errors_of: Callable) -> None:
    line = LINE.format("Usage", "", "a", "S", "C")
    errors = errors_of({"f.csv": HEAD + line + line.replace(",5,", ",5.0000000000001,")}, source="focus", partner="P")
    assert errors == [("f.csv", 3, "customer_amount", "amount")]
    assert errors_of({"f.csv": "ServiceName\nS\n"}, source="focus", partner="P")[0] == (
        *("f.csv", 1, "BilledCost", "missing_column"),
    )
    with pytest.raises(WrongUsage):
        load_focus(home, OCTOBER, partner=None)
