"""A report's answer as a page shows it: strings and classes, each value written once. No framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sodu.render.language import Manner, say, translate
from sodu.render.markup import Markup
from sodu.render.page_cells import EMPTY, Cell, Lead, cells_html, cells_of, row_html
from sodu.render.page_columns import Head, Order, Slot, heads_of, slots_of
from sodu.render.page_periods import bucket_words, capital
from sodu.render.page_totals import KeyFigures, TotalRow, key_figures, total_rows
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable

Row = dict[str, Any]


@dataclass(frozen=True)
class Grouping:
    """Rows put together by a column, each group under a row with its own figures, as the engine summed them."""

    name: str
    subtotals: Mapping[tuple[str | None, str | None], Row] = field(default_factory=dict)
    """By the group's value and its currency."""
    lead: Lead | None = None
    """Where their figures lead."""


@dataclass(frozen=True)
class Layout:
    """What the page is asked to do with an answer."""

    manner: Manner
    order: Order = field(default_factory=Order)
    lead: Lead | None = None
    hidden: frozenset[str] = frozenset()
    """Columns that need not stand in the table, such as the one currency."""
    grouping: Grouping | None = None


@dataclass(frozen=True)
class Group:
    """Rows that stand together; without a head where nothing puts them together."""

    head: tuple[Cell, ...]
    rows: tuple[str, ...]
    """Each as HTML."""


@dataclass(frozen=True)
class Check:
    """A promise, and whether it is kept."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Page:
    """An answer, ready for a template."""

    heads: tuple[tuple[Head, ...], ...]
    groups: tuple[Group, ...]
    totals: tuple[TotalRow, ...]
    key_figures: tuple[KeyFigures, ...]
    checks: tuple[Check, ...]
    rows_shown: int
    currencies: int

    @property
    def body(self) -> Markup:
        """The groups' rows as HTML."""
        return Markup("".join([_group_html(index, group) for index, group in enumerate(self.groups)]))

    @property
    def head(self) -> Markup:
        """The rows of the head as HTML."""
        return Markup("".join([f"<tr>{''.join([head.html for head in heads])}</tr>" for heads in self.heads]))

    @property
    def foot(self) -> Markup:
        """The total rows as HTML."""
        return Markup("".join([row_html(cells, css) for css, cells in self.totals]))

    @property
    def is_grouped(self) -> bool:
        """Whether rows stand under group rows."""
        return any(group.head for group in self.groups)

    @property
    def broken(self) -> tuple[Check, ...]:
        """The promises that are not kept."""
        return tuple(check for check in self.checks if not check.ok)


def page(table: ResultTable, rows: Sequence[Row], layout: Layout) -> Page:
    """The page of an answer whose rows have been read."""
    slots = slots_of(table.columns, layout.hidden)
    grouping = layout.grouping
    key = next((slot for slot in slots if grouping and grouping.name in slot.names), None)
    shown = [slot for slot in slots if slot is not key] or slots
    heads = heads_of(shown, layout.order, layout.manner)
    return Page(
        heads=_with_group(heads, key, layout.manner) if key else heads,
        groups=tuple(_groups(rows, shown, key, layout)),
        totals=tuple(total_rows(table, shown, layout.manner, layout.lead)) if table.row_count else (),
        key_figures=tuple(key_figures(table, layout.manner, layout.lead)),
        checks=tuple(Check(check.name, check.ok, say(check.detail, layout.manner.language)) for check in table.checks),
        rows_shown=len(rows),
        currencies=len(table.currencies),
    )


def _with_group(heads: tuple[tuple[Head, ...], ...], key: Slot, manner: Manner) -> tuple[tuple[Head, ...], ...]:
    """The first head names what groups as well, since both stand in that column."""
    first = heads[0][0]
    label = f"{translate((key.id or key.column).label, manner.language)} · {first.label}"
    return ((Head(label, first.id, first.css, None, "", first.columns, first.rows), *heads[0][1:]), *heads[1:])


def _groups(rows: Sequence[Row], slots: Sequence[Slot], key: Slot | None, layout: Layout) -> list[Group]:
    made = rows_html(rows, slots, layout.manner, layout.lead) if rows else []
    if key is None or layout.grouping is None:
        return [Group((), tuple(made))]
    name = layout.grouping.name
    groups, start = [], 0
    for _of, members in groupby(rows, lambda row: (row.get(name), row.get("currency"))):
        count = sum(1 for _member in members)
        head = _group_head(slots, key, rows[start], layout.grouping, layout)
        groups.append(Group(head, tuple(made[start : start + count])))
        start += count
    return groups


def rows_html(rows: Sequence[Row], slots: Sequence[Slot], manner: Manner, lead: Lead | None = None) -> list[str]:
    """Each row as HTML: made column by column, what all cells of a column share but once."""
    columns = [cells_html(slot.column, rows, manner, lead, slot.id.name if slot.id else None) for slot in slots]
    columns[0] = [f'<th scope="row"{cell[3:-5]}</th>' for cell in columns[0]]
    return [f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True)]


def _group_head(slots: Sequence[Slot], key: Slot, first: Row, grouping: Grouping, layout: Layout) -> tuple[Cell, ...]:
    column, value = key.column, first.get(key.column.name) or ""
    text = capital(bucket_words(value, layout.manner)) if column.kind is Kind.BUCKET else str(value)
    label = Cell(text, under=str(first.get(key.id.name) or "") if key.id else "")
    subtotal = grouping.subtotals.get((first.get(grouping.name), first.get("currency"))) or {}
    return (label, *(_subtotal(slot.column, first, subtotal, grouping.lead, layout.manner) for slot in slots[1:]))


def _subtotal(column: Column, first: Row, subtotal: Row, lead: Lead | None, manner: Manner) -> Cell:
    if column.kind is Kind.CURRENCY:
        return Cell(str(first.get(column.name) or ""))
    if subtotal.get(column.name) is None or ("account_id" not in subtotal and column.kind is Kind.CHOICE):
        return EMPTY
    return cells_of(column, [subtotal], manner, lead)[0]


def _group_html(index: int, group: Group) -> str:
    rows = "".join(group.rows)
    if not group.head:
        return f"<tbody>{rows}</tbody>"
    return f'<tbody id="group-{index}" class="folds">{row_html(group.head, "group")}{rows}</tbody>'
