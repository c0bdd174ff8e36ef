"""Cells of a page: each value written once, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from sodu.render.language import Manner, translate
from sodu.render.markup import Markup
from sodu.render.page_periods import bucket_words
from sodu.render.sheet_rows import NEW
from sodu.render.statement import is_new
from sodu.reports.column import Column, Kind
from sodu.values.money import exponent

Row = dict[str, Any]
Lead = Callable[[Column, Sequence[Row]], Sequence[Markup | None]]
"""The addresses that the cells of a column lead to, a row each, or none."""

Places = Callable[[str | None], int | None]
"""How many decimals amounts of a currency have; None for all of them."""

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
    href: Markup | None = None
    under: str = ""


EMPTY = Cell("")
NONE = Cell("–", "n z")
"""A figure that there is not, such as a ratio to nothing."""


def cells_of(column: Column, rows: Sequence[Row], manner: Manner, lead: Lead | None = None) -> list[Cell]:
    """The cells of one column, a row each."""
    cells = _WRITERS.get(column.kind, _texts)(column, rows, manner)
    if lead is None or not _leads(column):
        return cells
    return [
        cell if href is None else Cell(cell.text, cell.css, href)
        for cell, href in zip(cells, lead(column, rows), strict=True)
    ]


def cells_html(
    column: Column, rows: Sequence[Row], manner: Manner, lead: Lead | None = None, under: str | None = None
) -> list[str]:
    """The cells of one column as HTML, a row each, with what another column says small below."""
    cells = _WRITERS.get(column.kind, _texts)(column, rows, manner)
    hrefs = lead(column, rows) if lead and _leads(column) else [None] * len(cells)
    if column.kind in FIGURES:
        return [
            f'<td class="{css}"><a href="{href}">{text}</a></td>' if href else f'<td class="{css}">{text}</td>'
            for (text, css, _href, _under), href in zip(cells, hrefs, strict=True)
        ]
    unders = [""] * len(cells) if under is None else [row.get(under) or "" for row in rows]
    made: dict[Cell, str] = {}
    shown = [
        Cell(text, css, href, below)
        for (text, css, _href, _under), href, below in zip(cells, hrefs, unders, strict=True)
    ]
    return [made.get(cell) or made.setdefault(cell, _cell_html(cell)) for cell in shown]


def _leads(column: Column) -> bool:
    is_name = column.kind is Kind.TEXT and column.name.endswith("_name")
    return column.base is None and (column.kind in LEADING or is_name)


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
        text = f'<a href="{href}">{text}</a>'
    elif css == "tagged" and text:
        text = f'<span class="tag">{text}</span>'
    if under:
        text += f"<small>{escape(under)}</small>"
    return f'<{tag} class="{css}">{text}</{tag[:2]}>' if css else f"<{tag}>{text}</{tag[:2]}>"


def _figures(column: Column, rows: Sequence[Row], manner: Manner, places_of: Places) -> list[Cell]:
    """Figures: zeros are dimmed; a change bears its sign, plus as well as minus."""
    name, plus = column.name, "+" if column.base and column.name.endswith("_change") else ""
    numbers = {currency: manner.figures(places_of(currency)) for currency in {row.get("currency") for row in rows}}
    zeros = {currency: Cell(number(Decimal(0)), "n z") for currency, number in numbers.items()}
    cells = []
    for row in rows:
        value, currency = row.get(name), row.get("currency")
        if value:
            text = numbers[currency](value)
            cells.append(Cell(plus + text if plus and value > 0 else text, "n"))
        else:
            cells.append(NONE if value is None else zeros[currency])
    return cells


def _money(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    return _figures(column, rows, manner, exponent)


def _counts(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    return _figures(column, rows, manner, lambda _currency: None)


def _rates(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    plus = "+" if column.base and column.name.endswith("_change") else ""
    cells = []
    for row in rows:
        value = row.get(column.name)
        if value is None:
            cells.append(NONE)
            continue
        text = manner.percent(value, RATE_DECIMALS)
        cells.append(Cell(plus + text if value > 0 else text, "n" if value else "n z"))
    return cells


def _change_rates(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    new, number = Cell(translate(NEW, manner.language), "n z"), manner.figures(CHANGE_DECIMALS)
    cells = []
    for row in rows:
        value = row.get(column.name)
        if value:
            cells.append(Cell(f"{'▲' if value > 0 else '▼'} {number(abs(value).scaleb(2))}%", "n"))
        elif value is None:
            cells.append(new if is_new(column, row) else NONE)
        else:
            cells.append(Cell(manner.percent(value, CHANGE_DECIMALS), "n z"))
    return cells


def change_words(value: Decimal, manner: Manner) -> str:
    """A rate of change with its sign: ▲ 12.4%, ▼ 3.1%."""
    written = manner.percent(abs(value), CHANGE_DECIMALS)
    return f"{'▲' if value > 0 else '▼'} {written}" if value else written


def _choices(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    css = "tagged" if column.name in _TAGS else ""
    cells = {word: Cell(translate(label, manner.language), css) for word, label in column.choices}
    cells[""] = EMPTY
    return [cells.get(value := row.get(column.name) or "") or Cell(value, css) for row in rows]


def _times(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    written: Callable[[Any], str] = manner.instant if column.kind is Kind.INSTANT else manner.day
    values = [row.get(column.name) for row in rows]
    return [EMPTY if value is None else Cell(written(value), "t") for value in values]


def _buckets(column: Column, rows: Sequence[Row], manner: Manner) -> list[Cell]:
    values = [row.get(column.name) or "" for row in rows]
    cells = {value: Cell(bucket_words(value, manner)) if value else EMPTY for value in set(values)}
    return [cells[value] for value in values]


def _texts(column: Column, rows: Sequence[Row], _manner: Manner) -> list[Cell]:
    values = [row.get(column.name) or "" for row in rows]
    return [Cell(value, "wrap" if len(value) > WRAP_CHARACTERS else "") for value in values]


_WRITERS: dict[Kind, Callable[[Column, Sequence[Row], Manner], list[Cell]]] = {
    Kind.MONEY: _money,
    Kind.QUANTITY: _counts,
    Kind.COUNT: _counts,
    Kind.RATE: _rates,
    Kind.CHANGE_RATE: _change_rates,
    Kind.CHOICE: _choices,
    Kind.DAY: _times,
    Kind.INSTANT: _times,
    Kind.BUCKET: _buckets,
}
