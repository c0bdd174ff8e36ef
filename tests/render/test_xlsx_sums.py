"""Excel: sums that live, totals beside them, and further sheets where one is full."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from sodu.values import limits
from tests.render.answers import LISTING, answer, listing_rows, schema
from tests.render.test_to_xlsx import assert_cells, opened, written

TWO = (LISTING[9], LISTING[10])


def total_rows(data: bytes, sheet: str = "Report") -> dict[str, tuple]:
    """For each label below the rows: the amount's formula or value, and its cached value."""
    written_, cached = opened(data)[sheet], opened(data, values=True)[sheet]
    found = {}
    for row in range(2, written_.max_row + 1):
        label = written_.cell(row, 1).value
        if isinstance(label, str):
            found[label] = (written_.cell(row, 11).value, cached.cell(row, 11).value)
    return found


def test_sums_of_mixed_currencies_are_by_currency() -> None:
    rows = [row | {"amount": Decimal(index)} for index, row in enumerate(listing_rows(10))]
    found = total_rows(written(answer(rows)))
    assert found["Sum of the rows, VND"] == ('=SUMIFS(K2:K11,J2:J11,"VND")', 20)
    assert found["Total VND"] == (15, 15)
    assert found["Total VND: Internal transfers eliminated"] == (5, 5)


def test_one_currency_is_a_living_subtotal() -> None:
    rows = [row | {"amount": Decimal(index)} for index, row in enumerate(listing_rows(10, ("VND",)))]
    found = total_rows(written(answer(rows)))
    assert found["Sum of the rows, VND"] == ("=SUBTOTAL(9,K2:K11)", 45)


def test_rows_grouped_by_currency_have_a_subtotal_each_and_a_flat_copy() -> None:
    rows = sorted(listing_rows(100), key=lambda row: row["currency"])
    rows = [row | {"amount": Decimal(index)} for index, row in enumerate(rows)]
    data = written(answer(rows, grouped=True, size=9, total_types=("partner", "customer", "both")))
    book = opened(data)
    assert book.sheetnames == ["Conditions", "Report", "Data"]
    assert_cells(book["Report"], rows)
    assert_cells(book["Data"], rows, flat=True)
    assert [cell.value for cell in book["Data"][1]] == [column.name for column in LISTING]
    assert book["Data"].max_row == 101
    found = total_rows(data)
    assert found["Sum of the rows, USD"] == ("=SUBTOTAL(9,K2:K51)", sum(range(50)))
    assert found["Sum of the rows, VND"] == ("=SUBTOTAL(9,K52:K101)", sum(range(50, 100)))
    assert {"Total VND, partner accounts", "Total VND, customer accounts", "Total VND, all accounts"} <= set(found)


@contextmanager
def sheets_of(rows: int) -> Iterator[None]:
    usual, limits.SHEET_ROWS_MAX = limits.SHEET_ROWS_MAX, rows
    try:
        yield
    finally:
        limits.SHEET_ROWS_MAX = usual


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 98, 99, 100, 150])
@pytest.mark.parametrize("grouped", [False, True])
def test_further_sheets_beyond_the_limit(count: int, grouped: bool) -> None:
    rows = [row | {"amount": Decimal(index)} for index, row in enumerate(listing_rows(count, ("VND",)))]
    with sheets_of(50):
        data = written(answer(rows, grouped=grouped, size=13))
    book = opened(data)
    report = [sheet for sheet in book.worksheets if sheet.title.startswith("Report")]
    start = 0
    for sheet in report:
        assert sheet.max_row <= 50
        assert sheet["A1"].value == "Occurred at"
        here = min(49, count - start)
        assert_cells(sheet, rows[start : start + here])
        start += here
    assert start == count
    data_rows = sum(sheet.max_row - 1 for sheet in book.worksheets if sheet.title.startswith("Data"))
    assert data_rows == (count if grouped else 0)
    if count:
        formula, cached = total_rows(data, report[-1].title)["Sum of the rows, VND"]
        assert cached == sum(range(count))
        assert formula.count("SUBTOTAL(9,") == -(-count // 49)
    if count == 150:
        assert formula.startswith(
            "=SUBTOTAL(9,Report!K2:K50)+SUBTOTAL(9,'Report 2'!K2:K50)+SUBTOTAL(9,'Report 3'!K2:K50)+"
        )


@pytest.mark.slow
def test_more_rows_than_a_sheet_holds() -> None:
    count = limits.SHEET_ROWS_MAX + 24
    amounts = pa.array(range(count), pa.int64()).cast(pa.decimal128(38, 12))
    batch = pa.RecordBatch.from_arrays([pa.repeat("VND", count), amounts], schema=schema(TWO))
    table = replace(answer([], TWO), batches=iter([batch]), row_count=count, currencies=("VND",))
    book = CalamineWorkbook.from_filelike(io.BytesIO(written(table)))
    assert book.sheet_names == ["Conditions", "Report", "Report 2"]
    first = book.get_sheet_by_name("Report").to_python()
    second = book.get_sheet_by_name("Report 2").to_python()
    assert len(first) == limits.SHEET_ROWS_MAX
    assert [row[1] for row in first[1:] + second[1:26]] == list(range(count))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_computes_the_cached_sums(tmp_path: Path) -> None:
    rows = [row | {"amount": Decimal(index)} for index, row in enumerate(listing_rows(10, ("VND",)))]
    (tmp_path / "answer.xlsx").write_bytes(written(answer(rows)))
    subprocess.run(
        [
            "soffice",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            tmp_path / "out",
            tmp_path / "answer.xlsx",
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = total_rows((tmp_path / "out" / "answer.xlsx").read_bytes())
    assert found["Sum of the rows, VND"][1] == 45
