"""Cells of a page: each value written once, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from sodu.render.language import Manner, translate
from sodu.render.page_periods import bucket_words
from sodu.render.sheet_rows import NEW
from sodu.render.statement import is_new
from sodu.reports.column import Column, Kind
from sodu.values.money import exponent

Row = dict[str, Any]
Lead = Callable[[Column, Row], str | None]
"""The address that a figure of a row leads to, or none."""

FIGURES = frozenset({Kind.MONEY, Kind.QUANTITY, Kind.RATE, Kind.CHANGE_RATE, Kind.COUNT})
"""Kinds that stand right-aligned."""
LEADING = frozenset({Kind.MONEY, Kind.COUNT, Kind.RATE, Kind.CHANGE_RATE})
"""Kinds whose figures lead to what is behind them, where they are something."""
RATE_DECIMALS, CHANGE_DECIMALS = 2, 1
WRAP_CHARACTERS = 44
_TAGS = frozenset({"account_type", "status", "status_now"})


class Cell(NamedTuple):
    """One cell: its text, its classes, where it leads, and what stands small below."""

    text: str
    css: str = ""
    href: str | None = None
    under: str = ""


EMPTY = Cell("")
NONE = Cell("–", "n z")
"""A figure that there is not, such as a ratio to nothing."""


def cells_of(column: Column, rows: Sequence[Row], manner: Manner, lead: Lead | None = None) -> list[Cell]:
    """The cells of one column, a row each."""
    write = _WRITERS.get(column.kind, _text)(column, manner)
    leads = column.kind in LEADING or (column.kind is Kind.TEXT and column.name.endswith("_name"))
    if lead is None or not leads or column.base is not None:
        return [write(row) for row in rows]
    cells = []
    for row in rows:
        cell = write(row)
        href = lead(column, row) if row.get(column.name) else None
        cells.append(Cell(cell.text, cell.css, href) if href else cell)
    return cells


def row_html(cells: Sequence[Cell], css: str = "") -> str:
    """A row of a table as HTML, its first cell the row's heading."""
    body = "".join([_cell_html(cell) for cell in cells[1:]])
    first = _cell_html(cells[0], 'th scope="row"') if cells else ""
    return f'<tr class="{css}">{first}{body}</tr>' if css else f"<tr>{first}{body}</tr>"


def _cell_html(cell: Cell, tag: str = "td") -> str:
    text, css, href, under = cell
    if css[:1] != "n":
        text = escape(text)
    if href:
        text = f'<a href="{escape(href)}">{text}</a>'
    elif css == "tagged" and text:
        text = f'<span class="tag">{text}</span>'
    if under:
        text += f"<small>{escape(under)}</small>"
    return f'<{tag} class="{css}">{text}</{tag[:2]}>' if css else f"<{tag}>{text}</{tag[:2]}>"


def _figure(decimals: Callable[[Row], int | None] | int | None, name: str, manner: Manner) -> Callable[[Row], Cell]:
    """Writes figures, zeros dimmed."""
    number, zeros = manner.number, {}

    def write(row: Row) -> Cell:
        value = row.get(name)
        if value is None:
            return NONE
        places = decimals(row) if callable(decimals) else decimals
        if not value:
            if places not in zeros:
                zeros[places] = Cell(number(Decimal(0), places), "n z")
            return zeros[places]
        return Cell(number(value, places), "n")

    return write


def _money(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    plain = _figure(lambda row: exponent(row.get("currency")), column.name, manner)
    return _signed(plain, column) if column.name.endswith("_change") and column.base else plain


def _count(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    plain = _figure(None, column.name, manner)
    return _signed(plain, column) if column.name.endswith("_change") and column.base else plain


def _signed(plain: Callable[[Row], Cell], column: Column) -> Callable[[Row], Cell]:
    """A change bears its sign, plus as well as minus."""

    def write(row: Row) -> Cell:
        cell, value = plain(row), row.get(column.name)
        return cell._replace(text="+" + cell.text) if value is not None and value > 0 else cell

    return write


def _rate(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    def write(row: Row) -> Cell:
        value = row.get(column.name)
        if value is None:
            return NONE
        return Cell(manner.percent(value, RATE_DECIMALS), "n" if value else "n z")

    return _signed(write, column) if column.name.endswith("_change") and column.base else write


def _change_rate(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    new = Cell(translate(NEW, manner.language), "n z")

    def write(row: Row) -> Cell:
        value = row.get(column.name)
        if value is None:
            return new if is_new(column, row) else NONE
        return Cell(change_words(value, manner), "n" if value else "n z")

    return write


def change_words(value: Decimal, manner: Manner) -> str:
    """A rate of change with its sign: ▲ 12.4%, ▼ 3.1%."""
    written = manner.percent(abs(value), CHANGE_DECIMALS)
    return f"{'▲' if value > 0 else '▼'} {written}" if value else written


def _choice(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    css = "tagged" if column.name in _TAGS else ""
    cells = {word: Cell(translate(label, manner.language), css) for word, label in column.choices}
    cells[""] = EMPTY

    def write(row: Row) -> Cell:
        value = row.get(column.name) or ""
        return cells.get(value) or Cell(value, css)

    return write


def _time(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    written: Callable[[Any], str] = manner.instant if column.kind is Kind.INSTANT else manner.day

    def write(row: Row) -> Cell:
        value = row.get(column.name)
        return EMPTY if value is None else Cell(written(value), "t")

    return write


def _bucket(column: Column, manner: Manner) -> Callable[[Row], Cell]:
    known: dict[str, Cell] = {}

    def write(row: Row) -> Cell:
        value = row.get(column.name) or ""
        if value not in known:
            known[value] = Cell(bucket_words(value, manner)) if value else EMPTY
        return known[value]

    return write


def _text(column: Column, _manner: Manner) -> Callable[[Row], Cell]:
    name = column.name

    def write(row: Row) -> Cell:
        value = row.get(name) or ""
        return Cell(value, "wrap" if len(value) > WRAP_CHARACTERS else "")

    return write


_WRITERS: dict[Kind, Callable[[Column, Manner], Callable[[Row], Cell]]] = {
    Kind.MONEY: _money,
    Kind.QUANTITY: _count,
    Kind.COUNT: _count,
    Kind.RATE: _rate,
    Kind.CHANGE_RATE: _change_rate,
    Kind.CHOICE: _choice,
    Kind.DAY: _time,
    Kind.INSTANT: _time,
    Kind.BUCKET: _bucket,
}
