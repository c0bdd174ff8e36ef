"""CSV, Parquet, XLSX and JSON lines: the same rows give the same batches."""

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sodu.values.errors import LoadRefused
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[2] / "data/worked-example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Rows = dict[str, list[dict[str, str]]]


def example() -> Rows:
    found: Rows = {}
    for path in EXAMPLE.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def as_csv(rows: Rows, folder: Path) -> None:
    for table, found in rows.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(reversed(found[0])))
            writer.writeheader()
            writer.writerows(found)


def as_json_lines(rows: Rows, folder: Path) -> None:
    for table, found in rows.items():
        lines = [json.dumps({name: text for name, text in row.items() if text}) for row in found]
        (folder / f"{table}.jsonl").write_text("".join(f"{line}\n" for line in lines))


def as_parquet(rows: Rows, folder: Path) -> None:
    """Amounts as decimals of another scale, instants and days as their own types."""
    for table, found in rows.items():
        columns = {}
        for name in found[0]:
            texts = [row[name] or None for row in found]
            if name.endswith("amount"):
                columns[name] = pa.array([text and Decimal(text) for text in texts], pa.decimal128(38, 15))
            elif name.endswith("_at"):
                instants = [text and datetime.fromisoformat(text) for text in texts]
                columns[name] = pa.array(instants, pa.timestamp("us", "UTC"))
            elif name in ("managed_from", "managed_to", "active_from", "active_to"):
                columns[name] = pa.array([text and date.fromisoformat(text) for text in texts], pa.date32())
            elif name.endswith("rate"):
                columns[name] = pa.array([text and float(text) for text in texts], pa.float64())
            else:
                columns[name] = pa.array(texts, pa.string())
        pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def as_workbook(rows: Rows, folder: Path) -> None:
    """Small numbers as numbers, days as dates; the rest as text."""
    book = xlsxwriter.Workbook(folder / "all.xlsx", {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for table, found in rows.items():
        sheet = book.add_worksheet(table)
        for column, name in enumerate(found[0]):
            sheet.write_string(0, column, name)
            for row, texts in enumerate(found, start=1):
                text = texts[name]
                if text and name in ("managed_from", "active_from"):
                    sheet.write_datetime(row, column, datetime.fromisoformat(text), day)
                elif text and name.endswith(("amount", "rate")) and len(text) < 15:
                    sheet.write_number(row, column, float(text))
                elif text:
                    sheet.write_string(row, column, text)
    book.close()


def batches_of(rows: Rows, write: Callable[[Rows, Path], None], folder: Path) -> list[tuple[str, str]]:
    files = folder / "files"
    files.mkdir(parents=True)
    write(rows, files)
    home = Home.create(folder / "home", Settings())
    load(home, LoadRequest((files,)), "tester", NOW)
    return [(batch.table, batch.batch_sha256) for batch in Journal(home).batches()]


@pytest.mark.parametrize("write", [as_json_lines, as_parquet, as_workbook])
def test_every_format_gives_the_batches_that_csv_gives(write: Callable, tmp_path: Path) -> None:
    assert batches_of(example(), write, tmp_path / "one") == batches_of(example(), as_csv, tmp_path / "two")


def refused(path: Path, home: Home, **words: object) -> list[tuple]:
    with pytest.raises(LoadRefused) as caught:
        load(home, LoadRequest((path,), **words), "tester", NOW)
    return [(error.row, error.column, error.code) for error in caught.value.errors]


@pytest.mark.parametrize(
    "cell, code", [(True, "cell"), (12345678901234567, "number"), (0.1234567890123456, "number"), ("=1/0", None)]
)
def test_a_cell_that_is_not_exact_is_refused(cell: object, code: str | None, home: Home, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx", {"strings_to_formulas": True})
    sheet = book.add_worksheet("partners")
    sheet.write_row(0, 0, ["partner_id", "name"])
    sheet.write_row(1, 0, ["P", cell])
    book.close()
    expected = [(2, "name", code)] if code else [(2, "name", "required")]
    if code is None:
        load(home, LoadRequest((tmp_path / "b.xlsx",)), "tester", NOW)
    else:
        assert refused(tmp_path / "b.xlsx", home) == expected


def test_a_date_cell_has_no_offset(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    as_csv({"partners": [{"partner_id": "P", "name": "P"}], "services": [{"service_id": "s", "name": "s"}]}, folder)
    load(home, LoadRequest((folder,)), "tester", NOW)
    path = tmp_path / "discounts.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sheet1")
    sheet.write_row(0, 0, ["discount_id", "owner", "partner_id", "service_id", "rate", "active_from", "requested_at"])
    sheet.write_row(1, 0, ["d", "partner", "P", "s", 0.1, "2026-10-01"])
    sheet.write_datetime(1, 6, datetime(2026, 9, 1, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    book.close()
    assert refused(path, home, table="discounts") == [(2, "requested_at", "no_offset")]
    report = load(home, LoadRequest((path,), table="discounts", zone="Asia/Ho_Chi_Minh"), "tester", NOW)
    assert report.batches[0].rows == 1


def test_a_sheet_that_is_no_table_is_refused(home: Home, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    book.add_worksheet("Notes").write(0, 0, "x")
    book.close()
    assert refused(tmp_path / "b.xlsx", home) == [(None, None, "unknown_sheet")]


def test_a_workbook_of_too_many_parts_is_refused(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "charges.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(10_001):
            package.writestr(f"{number}", b"")
    assert refused(path, home) == [(None, None, "too_large")]


@pytest.mark.parametrize(
    "array, errors",
    [
        (pa.array([True]), [(1, "name", "column_type")]),
        (pa.array([["a"]]), [(1, "name", "column_type")]),
        (pa.array([b"a"]), [(1, "name", "column_type")]),
        (pa.array([""]), [(2, "name", "required")]),
    ],
)
def test_a_parquet_column_of_another_kind_is_refused(array: pa.Array, errors: list, home: Home, tmp_path: Path) -> None:
    pq.write_table(pa.table({"partner_id": ["P"], "name": array}), tmp_path / "partners.parquet")
    assert refused(tmp_path / "partners.parquet", home) == errors


def test_a_parquet_file_that_was_cut_is_refused(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "partners.parquet"
    pq.write_table(pa.table({"partner_id": [f"{n}" for n in range(10_000)], "name": ["n"] * 10_000}), path)
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(path, home) == [(None, None, "parquet")]
