"""Below the report's rows: what they sum to, as a living formula, beside the portal's own totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import quote_sheetname, xl_range
from xlsxwriter.worksheet import Worksheet

from sodu.render.exact import Exact
from sodu.render.labels import label_of
from sodu.render.language import say
from sodu.render.tally import Tally, summed
from sodu.render.words import change_word, choice_word, total_label
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.money import exponent
from sodu.values.text import Message, mark as _

if TYPE_CHECKING:
    from sodu.render.workbook import Workbook

_NUMBERS = {Kind.MONEY, Kind.COUNT, Kind.QUANTITY, Kind.RATE, Kind.CHANGE_RATE}


def rows_needed(table: ResultTable) -> int:
    """At most so many rows stand below the report's own, an empty one included."""
    return 2 + len(table.currencies) + len(table.totals) * (1 + len(_extras(table)))


def fill_totals(book: Workbook, sheets: list[Worksheet]) -> None:
    """Write the sums and totals below the last sheet's header, with an empty row between; `Parts.tail` moves them."""
    table, tally = book.table, book.tally
    place = _Place(book, sheets, row=2)
    currencies = sorted({*tally.sums, *(str(total.get("currency") or "") for total in table.totals)})
    for currency in currencies:
        if currency in tally.sums:
            _sum_row(place, currency)
        for total in table.totals:
            if str(total.get("currency") or "") == currency:
                _total_row(place, total)
    for total in table.totals:
        for column in _extras(table):
            _extra_row(place, total, column)


@dataclass
class _Place:
    """Where the next row goes."""

    book: Workbook
    sheets: list[Worksheet]
    row: int

    @property
    def sheet(self) -> Worksheet:
        return self.sheets[-1]

    @property
    def label_column(self) -> int:
        """The first column, unless it holds figures: then the one right of the table."""
        columns = self.book.table.columns
        return len(columns) if columns[0].kind in _NUMBERS else 0


def _extras(table: ResultTable) -> list[Column]:
    """Columns of the totals that are not columns of the table."""
    shown = {column.name for column in table.columns} | {"account_type", "currency"}
    return [column for column in table.total_columns if column.name not in shown]


def _sum_row(place: _Place, currency: str) -> None:
    table, tally, language = place.book.table, place.book.tally, place.book.language
    names = summed(table)
    formulas = {
        index: _formula(place, currency, index) for index, column in enumerate(table.columns) if column.name in names
    }
    if not all(formulas.values()) or not formulas:
        return
    label = say(Message(_("Sum of the rows, {currency}"), {"currency": currency}), language)
    _label(place, label, currency)
    for index, formula in formulas.items():
        column = table.columns[index]
        value = Exact(tally.sums[currency][column.name])
        place.sheet.write_formula(place.row, index, formula, _figure_format(place.book, column, currency), value)
    place.row += 1


def _formula(place: _Place, currency: str, index: int) -> str:
    """SUBTOTAL over the currency's rows where they stand together, else SUMIFS over all."""
    table, tally = place.book.table, place.book.tally
    if table.rows_by_currency or len(tally.rows) == 1:
        first = 0
        for each, count in tally.rows.items():
            if each == currency:
                break
            first += count
        ranges = _ranges(place, tally, (first, tally.rows[currency]), index)
        return "=" + "+".join(f"SUBTOTAL(9,{area})" for area in ranges)
    where = next((at for at, column in enumerate(table.columns) if column.name == "currency"), None)
    if where is None:
        return ""
    everything = (0, tally.row_count)
    pairs = zip(_ranges(place, tally, everything, index), _ranges(place, tally, everything, where), strict=True)
    return "=" + "+".join(f'SUMIFS({area},{words},"{currency}")' for area, words in pairs)


def _ranges(place: _Place, tally: Tally, rows: tuple[int, int], column: int) -> list[str]:
    last = len(tally.sheets) - 1
    return [
        ("" if sheet == last else quote_sheetname(place.sheets[sheet].get_name()) + "!")
        + xl_range(low + 1, column, high + 1, column)
        for sheet, low, high in tally.pieces(*rows)
    ]


def _total_row(place: _Place, total: dict[str, Any]) -> None:
    book = place.book
    currency = str(total.get("currency") or "")
    _label(place, total_label(book.table, total, book.language), currency)
    totalled = {column.name for column in book.table.total_columns} - {"account_type", "currency"}
    for index, column in enumerate(book.table.columns):
        if column.name in totalled:
            write_value(place.book, place.sheet, (place.row, index), column, total)
    place.row += 1


def _extra_row(place: _Place, total: dict[str, Any], column: Column) -> None:
    book = place.book
    label = f"{total_label(book.table, total, book.language)}: {label_of(column, book.language)}"
    place.sheet.write_string(place.row, place.label_column, label, book.format("label", bold=True))
    kinds = [each.kind for each in book.table.columns]
    at = max(kinds.index(Kind.MONEY) if Kind.MONEY in kinds else 1, 1)
    write_value(book, place.sheet, (place.row, at), column, total)
    place.row += 1


def _label(place: _Place, label: str, currency: str) -> None:
    book = place.book
    bold = book.format("label", bold=True)
    place.sheet.write_string(place.row, place.label_column, label, bold)
    for index, column in enumerate(book.table.columns):
        if column.kind is Kind.CURRENCY and index != place.label_column:
            place.sheet.write_string(place.row, index, currency, bold)


def write_value(book: Workbook, sheet: Worksheet, cell: tuple[int, int], column: Column, total: dict[str, Any]) -> None:
    """Write one value of a total into a cell, in its kind's format."""
    value = total.get(column.name)
    word = change_word(column, total, book.language)
    if word or isinstance(value, str):
        text = word or choice_word(column, str(value), book.language)
        sheet.write_string(*cell, text, book.format("text", bold=True))
    elif value is not None:
        form = _figure_format(book, column, str(total.get("currency") or ""))
        sheet.write_number(*cell, Exact(Decimal(value)), form)


def _figure_format(book: Workbook, column: Column, currency: str) -> Any:
    name = {Kind.MONEY: f"money{exponent(currency)}", Kind.CHANGE_RATE: "rate"}.get(column.kind, column.kind.value)
    return book.format(name, bold=True)
