"""Excel: every cell as the answer has it, read back by two readers."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from sodu.render import to_xlsx
from sodu.render.labels import label_of
from sodu.render.options import Options
from sodu.render.sheet_rows import FORBIDDEN
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values import limits
from tests.render.answers import HOSTILE, LISTING, answer, header, listing_rows

WORDS = {"topup": "Top-up", "usage": "Usage"}


def written(table: ResultTable, language: str = "en") -> bytes:
    out = io.BytesIO()
    to_xlsx.write(table, out, Options(language=language))
    return out.getvalue()


def opened(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def as_cell(column: Column, row: dict, *, flat: bool = False):
    """What a reader must find in a cell."""
    value = row[column.name]
    if column.kind is Kind.CHANGE_RATE and value is None and row["amount_before"] == 0 and row["amount"] != 0:
        return "new"
    if value is None:
        return None
    match column.kind:
        case Kind.INSTANT:
            return value.replace(tzinfo=UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
        case Kind.DAY:
            return datetime(value.year, value.month, value.day)
        case Kind.CHOICE:
            return value if flat else WORDS.get(value, value)
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE | Kind.CHANGE_RATE:
            return float(value)
        case Kind.COUNT:
            return value
        case _:
            return FORBIDDEN.sub("", value)


def same(found, expected) -> bool:
    if isinstance(expected, datetime):
        return isinstance(found, datetime) and abs(found - expected) < timedelta(milliseconds=1)
    return type(found) in (type(expected), int) and found == expected


def decoded(text):
    """A text as Excel reads it; openpyxl leaves the escapes of `_` and CR as they are."""
    return text.replace("_x005F_", "_").replace("_x000D_", "\r") if isinstance(text, str) else text


def one_line_end(value):
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def rows_of(sheet: Worksheet, count: int) -> Iterator[list]:
    return ([decoded(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2, max_row=count + 1, max_col=16))


def assert_cells(sheet: Worksheet, rows: list[dict], *, flat: bool = False) -> None:
    for found, row in zip(rows_of(sheet, len(rows)), rows, strict=True):
        for value, column in zip(found, LISTING, strict=True):
            expected = as_cell(column, row, flat=flat)
            assert same(one_line_end(value), one_line_end(expected)), (column.name, value, expected)


def test_every_cell_of_a_listing() -> None:
    rows = listing_rows(300)
    book = opened(written(answer(rows, size=17)))
    assert book.sheetnames == ["Conditions", "Report"]
    sheet = book["Report"]
    assert [cell.value for cell in sheet[1]][:16] == [label_of(column, "en") for column in LISTING]
    assert_cells(sheet, rows)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows(min_row=2, max_row=301) for cell in row)


def test_calamine_reads_the_same() -> None:
    rows = listing_rows(300)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(written(answer(rows)))).get_sheet_by_name("Report")
    lines = sheet.to_python(skip_empty_area=False)[1:301]
    for line, row in zip(lines, rows, strict=True):
        assert line[10] == float(row["amount"])
        assert line[15] == row["entry_id"]
        assert decoded(line[2]).replace("\r\n", "\n") == FORBIDDEN.sub("", row["account_name"] or "").replace(
            "\r\n", "\n"
        )
        assert isinstance(line[0], datetime)


def test_numbers_are_written_with_all_their_digits() -> None:
    with zipfile.ZipFile(io.BytesIO(written(answer(listing_rows(6))))) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<v>99999999999999.999999999999</v>" in xml
    assert "<v>-0.000000145301</v>" in xml


def test_formats_follow_kind_and_currency() -> None:
    sheet = opened(written(answer(listing_rows(4))))["Report"]
    formats = [[cell.number_format for cell in row] for row in sheet.iter_rows(min_row=2, max_row=3, max_col=16)]
    assert [formats[0][10], formats[1][10]] == ["#,##0", "#,##0.00"]
    assert formats[0][0] == "yyyy-mm-dd hh:mm:ss"
    assert formats[0][1] == "@"
    assert sheet["C2"].quotePrefix
    vietnamese = opened(written(answer(listing_rows(4)), "vi")).worksheets[1]
    assert vietnamese["A2"].number_format == "dd/mm/yyyy hh:mm:ss"


def test_instants_are_full_doubles() -> None:
    """Readers round to milliseconds, so that the serial itself is looked at."""
    rows = listing_rows(40)
    with zipfile.ZipFile(io.BytesIO(written(answer(rows)))) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    serials = [float(text) for text in re.findall(r'<row><c s="\d+"><v>([^<]*)', xml)]
    for serial, row in zip(serials, rows, strict=True):
        local = row["occurred_at"] + timedelta(hours=7)
        assert abs(serial - (local - datetime(1899, 12, 30)) / timedelta(days=1)) < 1e-11


def test_days_that_excel_does_not_know_are_text() -> None:
    rows = [
        row | {"day": day}
        for row, day in zip(listing_rows(3), (date(1, 1, 1), date(1900, 2, 28), date(1900, 3, 1)), strict=True)
    ]
    sheet = opened(written(answer(rows)))["Report"]
    assert [sheet.cell(row, 5).value for row in (2, 3, 4)] == ["0001-01-01", "1900-02-28", datetime(1900, 3, 1)]


def test_the_same_answer_is_the_same_file() -> None:
    rows = listing_rows(100)
    assert written(answer(rows, size=7)) == written(answer(rows, size=7))


def test_texts_longer_than_a_cell_are_cut_and_counted() -> None:
    long = "x" * (limits.CELL_CHARACTERS_MAX + 1)
    fits = "€" * limits.CELL_CHARACTERS_MAX
    rows = [row | {"description": text} for row, text in zip(listing_rows(3), (long, fits, "😀" * 20_000), strict=True)]
    book = opened(written(answer(rows)))
    found = [book["Report"].cell(row, 7).value for row in (2, 3, 4)]
    assert found[0] == "x" * (limits.CELL_CHARACTERS_MAX - 1) + "…"
    assert found[1] == fits
    assert found[2] == "😀" * 16_383 + "…"
    stated = {row[0].value: row[1].value for row in book["Conditions"].iter_rows()}
    assert stated["Texts cut to what a cell holds"] == "2"


def test_the_conditions_sheet_states_the_answer() -> None:
    table = answer(listing_rows(20), row_count=1234)
    sheet = opened(written(table))["Conditions"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)]
    stated = {row[0]: row[1] for row in cells}
    assert cells[0][0] == "Credits topped up"
    assert stated["Period"] == "2026-10-01 to 2026-10-31"
    assert stated["Time zone"] == "Asia/Ho_Chi_Minh"
    assert stated["Condition"] == "Accounts: =A1 [31m\u202e"
    assert stated["Rows"] == "20 of 1,234"
    assert stated["SHA-256 of the rows"] == table.sha256
    assert stated["Made by"].startswith("Sodu ")
    assert header().known.recorded_at.replace("T", " ").removesuffix("Z") in stated["As known at"]
    assert ["closing", "✗ fails", "differs"] in cells


def test_the_sheet_is_ready_to_read_and_print() -> None:
    sheet = opened(written(answer(listing_rows(20))))["Report"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:P21"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.fitToHeight == 0


def test_every_part_is_well_formed_and_readable_forward_only() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts = []

        def write(self, data) -> int:
            self.parts.append(bytes(data))
            return len(data)

    pipe = Pipe()
    to_xlsx.write(answer(listing_rows(len(HOSTILE))), pipe, Options())
    with zipfile.ZipFile(io.BytesIO(b"".join(pipe.parts))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ET.fromstring(archive.read(name))


def test_first_bytes_leave_before_the_first_row_is_known() -> None:
    out = io.BytesIO()
    buffered = io.BufferedWriter(out, 1 << 20)
    table = answer(listing_rows(3))
    rows, left = table.batches, []

    def late() -> Iterator[pa.RecordBatch]:
        left.append(out.getvalue())
        yield from rows

    table.batches = late()
    to_xlsx.write(table, buffered, Options())
    assert left[0].startswith(b"PK\x03\x04")
    assert not zipfile.is_zipfile(io.BytesIO(left[0]))


def test_the_part_that_leaves_first_is_xlsxwriters_own() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet()
    with zipfile.ZipFile(out) as archive:
        assert archive.read(to_xlsx.RELATIONS) == to_xlsx.relations()
