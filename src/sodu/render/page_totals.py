"""Below the rows and above them: totals of all rows, what was eliminated, and the figures that matter most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sodu.render.language import Manner, translate
from sodu.render.markup import Markup
from sodu.render.page_cells import EMPTY, Cell, Lead, Row, cells_of, change_words
from sodu.render.page_columns import Slot
from sodu.render.sheet_rows import NEW
from sodu.render.statement import is_new
from sodu.render.words import total_label
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.text import mark as _

ELIMINATED = "eliminated"
_TRANSFERS = ("transferred_in", "transferred_out")
KEY_FIGURES_MAX = 6
_ALWAYS = ("opening", "closing", ELIMINATED)
_LAST = ("list", "tax")

TotalRow = tuple[str, tuple[Cell, ...]]
"""The row's class, and its cells."""


@dataclass(frozen=True)
class KeyFigure:
    """One of the few figures above the table."""

    label: str
    text: str
    href: Markup | None
    change: str = ""
    before: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """The key figures of one currency."""

    currency: str
    figures: tuple[KeyFigure, ...]


def total_rows(table: ResultTable, slots: Sequence[Slot], manner: Manner, lead: Lead | None) -> list[TotalRow]:
    """A row for each total, and below it what it leaves out."""
    made: list[TotalRow] = []
    columns = {column.name: column for column in table.total_columns}
    others = [_total_cells(slot.column, columns, table.totals, manner, lead) for slot in slots[1:]]
    left = len(table.currencies)
    for total, *cells in zip(table.totals, *others, strict=True):
        is_main = total["account_type"] == table.totals[0]["account_type"]
        label = Cell(total_label(table, total, manner.language))
        left -= is_main
        made.append((f"total below-{left}" if is_main else "part", (label, *cells)))
        if ELIMINATED in total and (total[ELIMINATED] or (is_main and len(table.currencies) == 1)):
            made.append(("note", _eliminated(slots, columns[ELIMINATED], total, manner)))
    return made


def _total_cells(
    column: Column, columns: dict[str, Column], totals: Sequence[Row], manner: Manner, lead: Lead | None
) -> list[Cell]:
    if column.name == "currency":
        return [Cell(str(total["currency"])) for total in totals]
    if column.name not in columns or column.kind is Kind.CHOICE:
        return [EMPTY] * len(totals)
    return cells_of(column, totals, manner, lead)


def _eliminated(slots: Sequence[Slot], column: Column, total: dict[str, Any], manner: Manner) -> tuple[Cell, ...]:
    (figure,) = cells_of(column, [total], manner)
    names = [slot.column.name for slot in slots]
    places = [name for name in _TRANSFERS if name in names] or ["amount"]
    label = Cell(translate(column.label, manner.language))
    return (label, *(figure if slot.column.name in places else EMPTY for slot in slots[1:]))


def key_figures(table: ResultTable, manner: Manner, lead: Lead | None) -> list[KeyFigures]:
    """For each currency the figures of its total that are not nothing, in order."""
    mains = [total for total in table.totals if total["account_type"] == table.totals[0]["account_type"]]
    found = []
    for total in mains:
        figures = tuple(_figure(column, total, manner, lead) for column in _telling(table, total))
        if figures:
            found.append(KeyFigures(str(total["currency"]), figures))
    return found


def _telling(table: ResultTable, total: dict[str, Any]) -> list[Column]:
    """Balances and what is eliminated, then amounts before counts, as declared; nothing that is nothing."""
    columns = [column for column in table.total_columns if column.base is None]
    moved = [
        column
        for column in columns
        if column.kind in (Kind.MONEY, Kind.RATE, Kind.COUNT)
        and (total[column.name] or total.get(f"{column.name}_before") or column.name in ("opening", "closing"))
    ]

    def weight(column: Column) -> tuple[bool, bool, bool]:
        return column.name not in _ALWAYS, column.kind is Kind.COUNT, column.name in _LAST

    kept = sorted(moved, key=weight)[:KEY_FIGURES_MAX]
    return [column for column in columns if column in kept]


def _figure(column: Column, total: dict[str, Any], manner: Manner, lead: Lead | None) -> KeyFigure:
    (cell,) = cells_of(column, [total], manner, lead)
    label, href = translate(column.label, manner.language), Markup(cell.href) if cell.href else None
    name = f"{column.name}_change_rate"
    if name not in total:
        return KeyFigure(label, cell.text, href)
    rate = total[name]
    if rate is None:
        asked = Column(name, column.label, Kind.CHANGE_RATE, base=column.name)
        change = translate(NEW, manner.language) if is_new(asked, total) else ""
    else:
        change = change_words(rate, manner) if rate else translate(_("unchanged"), manner.language)
    (before,) = cells_of(Column(f"{column.name}_before", column.label, column.kind), [total], manner)
    return KeyFigure(label, cell.text, href, change, before.text)
