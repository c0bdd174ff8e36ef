"""The workbook without its rows: made whole by XlsxWriter, taken apart where the rows go."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sodu.render.conditions_sheet import fill_conditions
from sodu.render.labels import label_of
from sodu.render.language import translate
from sodu.render.sheet_rows import style_names
from sodu.render.tally import Tally
from sodu.render.total_rows import fill_totals
from sodu.render.words import maker
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.text import mark as _

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_DAY_FORMATS = {"en": "yyyy-mm-dd", "vi": "dd/mm/yyyy"}
_WIDTHS = {
    Kind.ID: 20,
    Kind.TEXT: 28,
    Kind.CHOICE: 16,
    Kind.CURRENCY: 10,
    Kind.BUCKET: 12,
    Kind.DAY: 12,
    Kind.INSTANT: 20,
    Kind.MONEY: 16,
    Kind.QUANTITY: 14,
    Kind.RATE: 10,
    Kind.CHANGE_RATE: 10,
    Kind.COUNT: 10,
}
_PLACE = re.compile(r' r="([A-Z]*)([0-9]+)"')
_UNKNOWN_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Parts:
    """The files of a workbook by their names in the archive, and where its rows belong."""

    files: dict[str, bytes]
    report_sheets: int
    columns: int

    def sheet_name(self, index: int, *, flat: bool = False) -> str:
        """The file of the report's sheet, or of its flat data, counted from 0."""
        return f"xl/worksheets/sheet{index + 2 + (self.report_sheets if flat else 0)}.xml"

    def head(self, name: str) -> bytes:
        """What stands before a sheet's rows: everything up to its header row."""
        return self._split(name)[0]

    def tail(self, name: str, rows: int) -> bytes:
        """What stands after a sheet's rows, moved down by their number (XlsxWriter walks over each row that it skips)."""
        below, end, rest = self._split(name)[1].decode().partition("</sheetData>")
        moved = _PLACE.sub(lambda match: f' r="{match[1]}{int(match[2]) + rows}"', below)
        return (moved + end + rest).encode()

    def styles(self, names: list[str]) -> dict[str, int]:
        """The index of each cell style, read from the sample cells right of the header."""
        row = self._header_row(self.files[self.sheet_name(0)].decode())[0]
        indices = re.findall(r' s="(\d+)"', row[self._samples_start(row) :])
        return dict(zip(names, map(int, indices), strict=True))

    def _split(self, name: str) -> tuple[bytes, bytes]:
        xml = re.sub(r"<dimension [^>]*/>", "", self.files[name].decode(), count=1)
        row, start, end = self._header_row(xml)
        header = re.sub(r' spans="[^"]*"', "", row[: self._samples_start(row)], count=1)
        return (xml[:start] + header + "</row>").encode(), xml[end:].encode()

    def _samples_start(self, row: str) -> int:
        return row.index(f'<c r="{xl_col_to_name(self.columns)}1"')

    @staticmethod
    def _header_row(xml: str) -> tuple[str, int, int]:
        start = xml.index('<row r="1"')
        end = xml.index("</row>", start) + len("</row>")
        return xml[start:end], start, end


class Workbook:
    """An XlsxWriter workbook for one answer."""

    def __init__(self, table: ResultTable, language: str, tally: Tally) -> None:
        self.table, self.language, self.tally = table, language, tally
        self._file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._file, dict(_OPTIONS))
        self._formats: dict[str, Format] = {}

    def format(self, name: str, **properties: Any) -> Format:
        """The cell format of a style name, with further properties; made once each."""
        key = name + repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(_properties(name, self.language) | properties)
        return self._formats[key]

    def header_format(self, column: Column) -> Format:
        """The format of a column's header, which stands as the figures below it do."""
        align = {"align": "right"} if column.kind in FIGURES else {}
        return self.format("header", bold=True, text_wrap=True, valign="top", bottom=1, bg_color="#EEF2F6", **align)

    def parts(self) -> Parts:
        """Make all sheets, without the report's rows."""
        table, tally = self.table, self.tally
        self.book.set_properties(_document_properties(table, self.language))
        conditions = self.book.add_worksheet(translate(_("Conditions"), self.language))
        report = [self._sheet(_("Report"), index) for index in range(len(tally.sheets))]
        data = [self._sheet(_("Data"), index) for index in range(len(tally.sheets) if table.rows_by_currency else 0)]
        # Headers come first, so that their places among the shared strings hang on nothing that is known later.
        for index, sheet in enumerate(report):
            self._header(sheet, [label_of(column, self.language) for column in table.columns], index)
        for index, sheet in enumerate(data):
            self._header(sheet, [column.name for column in table.columns], index)
        fill_totals(self, report)
        fill_conditions(self, conditions)
        # A reader who opens the file wants to see the report.
        report[0].activate()
        self.book.close()
        with zipfile.ZipFile(self._file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        return Parts(files, len(report), len(table.columns))

    def _sheet(self, name: str, index: int) -> Worksheet:
        title = translate(name, self.language)
        return self.book.add_worksheet(f"{title} {index + 1}" if index else title)

    def _header(self, sheet: Worksheet, names: list[str], index: int) -> None:
        columns, rows = self.table.columns, self.tally.sheets[index]
        sheet.set_row(0, HEADER_HEIGHT)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&R&P / &N")
        for place, (column, name) in enumerate(zip(columns, names, strict=True)):
            sheet.set_column(place, place, self._width(column))
            sheet.write_string(0, place, name, self.header_format(column))
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        # A sample cell of each style, whose index the rows are written with; it is cut off later.
        for place, style in enumerate(style_names(self.table), start=len(columns)):
            sheet.write_blank(0, place, None, self.format(style))

    def _width(self, column: Column) -> int:
        values = [total[column.name] for total in self.table.totals if total.get(column.name) is not None]
        figures = [len(f"{value:,.2f}") + 2 for value in values if isinstance(value, (int, Decimal))]
        return min(max(_WIDTHS[column.kind], *figures, 0), 40)


FIGURES = frozenset({Kind.MONEY, Kind.QUANTITY, Kind.RATE, Kind.CHANGE_RATE, Kind.COUNT})
HEADER_HEIGHT = 30
"""Two lines, in points: a label that its column is too narrow for goes on in the second."""


def _properties(name: str, language: str) -> dict[str, Any]:
    day = _DAY_FORMATS.get(language, _DAY_FORMATS["en"])
    if name.startswith("money"):
        decimals = int(name.removeprefix("money"))
        return {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}
    properties: dict[str, dict[str, Any]] = {
        "id": {"num_format": "@"},
        # What looks like a formula stays text even when someone edits the cell.
        "text": {"quote_prefix": True},
        "day": {"num_format": day},
        "instant": {"num_format": f"{day} hh:mm:ss"},
        "rate": {"num_format": "0.00%"},
        "count": {"num_format": "#,##0"},
    }
    return properties.get(name, {})


def _document_properties(table: ResultTable, language: str) -> dict[str, Any]:
    # The answer's own time, so that the same answer is the same file.
    recorded = table.header.known.recorded_at
    created = datetime.fromisoformat(recorded).astimezone(UTC) if recorded else _UNKNOWN_TIME
    title = translate(table.header.title, language)
    return {
        "title": title,
        "subject": str(table.header.conditions.get("period", "")),
        "author": maker(),
        "created": created,
    }
