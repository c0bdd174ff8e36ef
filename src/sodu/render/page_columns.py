"""What stands side by side on a page: columns, names with their ids in one, and the heads above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from sodu.render.language import Manner, translate
from sodu.render.page_cells import FIGURES
from sodu.reports.answers.comparison import suffix_label
from sodu.reports.column import Column, Kind
from sodu.values.text import mark as _


@dataclass(frozen=True)
class Slot:
    """One column of the page: a column of the answer, or a name with its id below."""

    column: Column
    id: Column | None = None

    @property
    def names(self) -> frozenset[str]:
        """The answer's columns that stand in it."""
        return frozenset({self.column.name, *([self.id.name] if self.id else [])})


@dataclass(frozen=True)
class Head:
    """One cell of the table's head."""

    label: str
    id: str = ""
    css: str = ""
    href: str | None = None
    """Where the order of this column is asked for."""
    sorted: str = ""
    """ascending or descending, where the rows stand in this column's order."""
    columns: int = 1
    rows: int = 1

    @property
    def html(self) -> str:
        """The cell."""
        words = [f'scope="{"colgroup" if self.columns > 1 else "col"}"']
        given = (("class", self.css), ("colspan", self.columns), ("rowspan", self.rows), ("aria-sort", self.sorted))
        words += [f'{name}="{value}"' for name, value in given if value not in ("", 1)]
        label = escape(self.label)
        inside = f'<a id="{self.id}" href="{escape(self.href)}">{label}</a>' if self.href else label
        return f"<th {' '.join(words)}>{inside}</th>"


@dataclass(frozen=True)
class Order:
    """The order of the rows, and the address of another one."""

    by: str = ""
    """The column that they are sorted by first, with - before it from the greatest."""
    href: Callable[[Column], str | None] = lambda _column: None


def slots_of(columns: Sequence[Column], hidden: frozenset[str]) -> list[Slot]:
    """The page's columns: all but the hidden ones, each id below its name."""
    shown = [column for column in columns if column.name not in hidden]
    names = [column for column in shown if column.kind is Kind.TEXT and column.name.endswith("_name")]
    pairs: dict[str, Slot] = {}
    for id_ in [column for column in shown if column.kind is Kind.ID and column.name.endswith("_id")]:
        for name in names:
            # account_id of account_name, counterparty_account_id of counterparty_name.
            if id_.name.removesuffix("_id").startswith(name.name.removesuffix("_name")):
                pairs[name.name] = pairs[id_.name] = Slot(name, id_)
    return list(dict.fromkeys(pairs.get(column.name) or Slot(column) for column in shown))


def heads_of(slots: Sequence[Slot], order: Order, manner: Manner) -> tuple[tuple[Head, ...], ...]:
    """The rows of the head: two where measures are compared, each measure above its four columns."""
    groups = [list(group) for _base, group in groupby(slots, lambda slot: slot.column.base or slot.column.name)]
    if all(len(group) == 1 for group in groups):
        return (tuple(_head(slot, order, manner) for slot in slots),)
    upper: list[Head] = []
    lower: list[Head] = []
    for group in groups:
        if len(group) == 1:
            upper.append(_head(group[0], order, manner, rows=2))
            continue
        label = translate(group[0].column.label, manner.language)
        upper.append(Head(label, css="n span", columns=len(group)))
        lower += [_part(slot, order, manner, index == 0) for index, slot in enumerate(group)]
    return tuple(upper), tuple(lower)


def _head(slot: Slot, order: Order, manner: Manner, rows: int = 1) -> Head:
    column = slot.column
    label = translate((slot.id or column).label, manner.language)
    if suffix := suffix_label(column):
        label = f"{label}, {translate(suffix, manner.language)}"
    css = "n" if column.kind in FIGURES else ""
    return Head(label, f"by-{column.name}", css, order.href(column), _sorted(slot, order), rows=rows)


def _part(slot: Slot, order: Order, manner: Manner, is_first: bool) -> Head:
    label = suffix_label(slot.column) or _("now")
    css = "n first" if is_first else "n"
    name = f"by-{slot.column.name}"
    return Head(translate(label, manner.language), name, css, order.href(slot.column), _sorted(slot, order))


def _sorted(slot: Slot, order: Order) -> str:
    if order.by.removeprefix("-") not in slot.names or not order.by:
        return ""
    return "descending" if order.by.startswith("-") else "ascending"
