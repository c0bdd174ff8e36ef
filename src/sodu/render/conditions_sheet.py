"""The workbook's first sheet: what was asked, how it is known, the totals, the checks and the hash."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from sodu.render.labels import label_of
from sodu.render.language import number, say, translate
from sodu.render.sheet_rows import FORBIDDEN, cut_text
from sodu.render.total_rows import write_value
from sodu.render.words import before_rows, check_result, maker, row_count
from sodu.values.text import mark as _

if TYPE_CHECKING:
    from sodu.render.workbook import Workbook

_NOTE = _(
    "Amounts are shown with the decimals of their currency; the cells hold every digit, "
    "of which spreadsheets compute with 15."
)


def fill_conditions(book: Workbook, sheet: Worksheet) -> None:
    """Write the sheet, from top to bottom."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 24, 20)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    title = translate(book.table.header.title, book.language)
    sheet.write_string(0, 0, title, book.format("title", bold=True, font_size=16))
    row = _pairs(book, sheet, 2)
    row = _totals(book, sheet, row + 1)
    _checks(book, sheet, row + 1)


def _pairs(book: Workbook, sheet: Worksheet, row: int) -> int:
    table, tally, language = book.table, book.tally, book.language
    pairs = [
        *before_rows(table, language),
        (translate(_("Rows"), language), row_count(table, tally.row_count, language)),
        (translate(_("Figures"), language), translate(_NOTE, language)),
        (translate(_("SHA-256 of the rows"), language), table.sha256 or "0" * 64),
        (translate(_("Made by"), language), maker()),
    ]
    if tally.cut:
        pairs.append((translate(_("Texts cut to what a cell holds"), language), number(Decimal(tally.cut), language)))
    for place, (label, text) in enumerate(pairs, start=row):
        sheet.write_string(place, 0, label, book.format("label", bold=True))
        sheet.write_string(place, 1, _clean(text))
    return row + len(pairs)


def _totals(book: Workbook, sheet: Worksheet, row: int) -> int:
    table, language = book.table, book.language
    sheet.write_string(
        row, 0, translate(_("Totals of all rows, by the portal"), language), book.format("label", bold=True)
    )
    row += 1
    for place, column in enumerate(table.total_columns):
        sheet.write_string(row, place, label_of(column, language), book.header_format(column))
    for total in table.totals:
        row += 1
        for place, column in enumerate(table.total_columns):
            write_value(book, sheet, (row, place), column, total)
    return row + 1


def _checks(book: Workbook, sheet: Worksheet, row: int) -> None:
    sheet.write_string(row, 0, translate(_("Checks"), book.language), book.format("label", bold=True))
    for place, check in enumerate(book.table.checks, start=row + 1):
        color = {"font_color": "#1A6B3C"} if check.ok else {"font_color": "#B00020", "bold": True}
        sheet.write_string(place, 0, check.name)
        sheet.write_string(place, 1, check_result(check, book.language), book.format("check", **color))
        sheet.write_string(place, 2, _clean(say(check.detail, book.language)))


def _clean(text: str) -> str:
    return cut_text(FORBIDDEN.sub("", text))
