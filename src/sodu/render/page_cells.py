"""Cells of a page: each value written once, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
Lead = Callable[[Column, Sequence[Row]], Sequence[str | None]]
"""The addresses that the cells of a column lead to as HTML, a row each, or none."""

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
    href: str | None = None
    under: str = ""


EMPTY = Cell("")

Written = tuple[str, str]
"""What a cell says, and its classes."""
_NOTHING: Written = ("", "")
_NONE: Written = ("–", "n z")
"""A figure that there is not, such as a ratio to nothing."""


def cells_of(column: Column, rows: Sequence[Row], manner: Manner, lead: Lead | None = None) -> list[Cell]:
    """The cells of one column, a row each."""
    written = _WRITERS.get(column.kind, _texts)(column, rows, manner)
    if lead is None or not _leads(column):
        return [Cell(text, css) for text, css in written]
    return [Cell(text, css, href) for (text, css), href in zip(written, lead(column, rows), strict=True)]


def cells_html(
    column: Column, rows: Sequence[Row], manner: Manner, lead: Lead | None = None, under: str | None = None
) -> list[str]:
    """The cells of one column as HTML, a row each, with what another column says small below."""
    written = _WRITERS.get(column.kind, _texts)(column, rows, manner)
    hrefs = lead(column, rows) if lead and _leads(column) else [None] * len(written)
    if column.kind in FIGURES:
        return [
            f'<td class="{css}"><a href="{href}">{text}</a></td>' if href else f'<td class="{css}">{text}</td>'
            for (text, css), href in zip(written, hrefs, strict=True)
        ]
    unders = [""] * len(written) if under is None else [row.get(under) or "" for row in rows]
    # Rows that follow each other often say the same.
    made: dict[tuple[Written, str | None, str], str] = {}
    for cell in zip(written, hrefs, unders, strict=True):
        if cell not in made:
            (text, css), href, below = cell
            made[cell] = _cell_html((text, css, href, below))
    return [made[cell] for cell in zip(written, hrefs, unders, strict=True)]


def _leads(column: Column) -> bool:
    is_name = column.kind is Kind.TEXT and column.name.endswith("_name")
    return column.base is None and (column.kind in LEADING or is_name)


def row_html(cells: Sequence[Cell], css: str = "") -> str:
    """A row of a table as HTML, its first cell the row's heading."""
    body = "".join([_cell_html(cell) for cell in cells[1:]])
    first = _cell_html(cells[0], 'th scope="row"') if cells else ""
    return f'<tr class="{css}">{first}{body}</tr>' if css else f"<tr>{first}{body}</tr>"


def _cell_html(cell: tuple[str, str, str | None, str], tag: str = "td") -> str:
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


def _figures(column: Column, rows: Sequence[Row], manner: Manner, places_of: Places) -> list[Written]:
    """Figures: zeros are dimmed; a change bears its sign, plus as well as minus."""
    name = column.name
    places = {currency: places_of(currency) for currency in {row.get("currency") for row in rows}}
    zeros = {currency: (manner.number(0, decimals), "n z") for currency, decimals in places.items()}
    found = [(row[name], row.get("currency")) for row in rows if row.get(name)]
    values = [value for value, _of in found]
    texts = _signed(column, values, manner.numbers(values, [places[currency] for _value, currency in found]))
    return _in_places(rows, name, texts, lambda row: zeros[row.get("currency")])


def _signed(column: Column, values: Sequence[Decimal | int], texts: list[str]) -> list[str]:
    """The texts of values; of a change with its sign."""
    if not (column.base and column.name.endswith("_change")):
        return texts
    return [f"+{text}" if value > 0 else text for value, text in zip(values, texts, strict=True)]


def _in_places(rows: Sequence[Row], name: str, texts: Iterable[str], zero: Callable[[Row], Written]) -> list[Written]:
    """The texts of the figures that are something, each where its row is."""
    following = iter(texts)
    cells: list[Written] = []
    for row in rows:
        value = row.get(name)
        if value:
            cells.append((next(following), "n"))
        else:
            cells.append(_NONE if value is None else zero(row))
    return cells


def _money(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    return _figures(column, rows, manner, exponent)


def _counts(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    return _figures(column, rows, manner, lambda _currency: None)


def _percents(values: Sequence[Decimal], manner: Manner, decimals: int) -> list[str]:
    numbers = manner.numbers([value.scaleb(2) for value in values], [decimals] * len(values))
    return [f"{number}%" for number in numbers]


def _rates(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    zero = manner.percent(Decimal(0), RATE_DECIMALS)
    values = [row[column.name] for row in rows if row.get(column.name)]
    texts = _signed(column, values, _percents(values, manner, RATE_DECIMALS))
    return _in_places(rows, column.name, texts, lambda _row: (zero, "n z"))


def _change_rates(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    new, zero = translate(NEW, manner.language), manner.percent(Decimal(0), CHANGE_DECIMALS)
    values = [row[column.name] for row in rows if row.get(column.name)]
    sizes = _percents([abs(value) for value in values], manner, CHANGE_DECIMALS)
    texts = [f"{'▲' if value > 0 else '▼'} {size}" for size, value in zip(sizes, values, strict=True)]
    cells = _in_places(rows, column.name, texts, lambda _row: (zero, "n z"))
    return [
        (new, "n z") if cell is _NONE and is_new(column, row) else cell for cell, row in zip(cells, rows, strict=True)
    ]


def change_words(value: Decimal, manner: Manner) -> str:
    """A rate of change with its sign: ▲ 12.4%, ▼ 3.1%."""
    written = manner.percent(abs(value), CHANGE_DECIMALS)
    return f"{'▲' if value > 0 else '▼'} {written}" if value else written


def _choices(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    css = "tagged" if column.name in _TAGS else ""
    cells = {word: (translate(label, manner.language), css) for word, label in column.choices}
    cells[""] = _NOTHING
    return [cells.get(value := row.get(column.name) or "") or (value, css) for row in rows]


def _times(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    written: Callable[[Any], str] = manner.instant if column.kind is Kind.INSTANT else manner.day
    values = [row.get(column.name) for row in rows]
    cells = {value: _NOTHING if value is None else (written(value), "t") for value in set(values)}
    return [cells[value] for value in values]


def _buckets(column: Column, rows: Sequence[Row], manner: Manner) -> list[Written]:
    values = [row.get(column.name) or "" for row in rows]
    cells = {value: (bucket_words(value, manner), "") if value else _NOTHING for value in set(values)}
    return [cells[value] for value in values]


def _texts(column: Column, rows: Sequence[Row], _manner: Manner) -> list[Written]:
    values = [row.get(column.name) or "" for row in rows]
    return [(value, "wrap" if len(value) > WRAP_CHARACTERS else "") for value in values]


_WRITERS: dict[Kind, Callable[[Column, Sequence[Row], Manner], list[Written]]] = {
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
