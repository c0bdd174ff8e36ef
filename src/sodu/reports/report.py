"""The declaration of a report: said once, and everything else derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sodu.reports.chart import Chart
from sodu.reports.column import Column, Kind
from sodu.reports.figure import Figure
from sodu.values.text import Text


class Shape(StrEnum):
    """How an answer's rows come about."""

    LISTING = "listing"
    """A row for each fact."""
    GROUPED = "grouped"
    """A row for each group of facts of the period."""
    STATEMENT = "statement"
    """A row for each account and currency, with what was there before and after."""
    REGISTER = "register"
    """A row for each discount that meets the period."""


@dataclass(frozen=True)
class Field:
    """A column that is read from rows: `sql` over the fact `f`, the account `a`, the service `s`."""

    column: Column
    sql: str
    sortable: bool = True

    @property
    def name(self) -> str:
        """The column's machine name."""
        return self.column.name


@dataclass(frozen=True)
class Measure:
    """A column that is summed: `sql` adds up cells; `{w}` stands for the window that is asked for.

    In a listing, `row` is what one fact shows of it.
    """

    column: Column
    sql: str
    row: str = ""
    compared: bool = True
    """Whether a comparison shows it as it was before, too."""

    @property
    def name(self) -> str:
        """The column's machine name."""
        return self.column.name


@dataclass(frozen=True)
class Ratio:
    """part ÷ whole, once, from exact sums; `of_total` divides by the total of the row's currency."""

    column: Column
    part: str
    whole: str
    of_total: bool = False
    compared: bool = False


@dataclass(frozen=True)
class Report:
    """One report. Its condition names are those of `reports.conditions`."""

    slug: str
    menu: Text
    title: Text
    summary: Text
    shape: Shape
    fact: str
    """The table of facts that its measures sum."""
    fields: tuple[Field, ...]
    measures: tuple[Measure, ...]
    totals: tuple[Column, ...]
    conditions: tuple[str, ...]
    sort: tuple[str, ...]
    ratios: tuple[Ratio, ...] = ()
    listing: str | None = None
    """Which of the two credit listings it is."""
    owner: str | None = None
    """Whose discounts it lists."""
    order: tuple[str, ...] = ()
    """Machine names of all columns in order, where fields, measures, ratios one after the other are not it."""
    figures: tuple[Figure, ...] = ()
    """How each figure of its totals and rows comes about."""
    chart: Chart | None = None

    def figure(self, name: str) -> Figure | None:
        """How the figure of a column comes about."""
        return next((figure for figure in self.figures if figure.name == name), None)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns in order, without those that a comparison or `by` adds."""
        if self.shape is Shape.LISTING:
            return tuple(field.column for field in self.fields)
        declared = {
            column.name: column
            for column in (
                *(field.column for field in self.fields),
                *(measure.column for measure in self.measures),
                *(ratio.column for ratio in self.ratios),
            )
        }
        return tuple(declared[name] for name in self.order) if self.order else tuple(declared.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes a row one of its kind, so that every order is total."""
        return {
            Shape.LISTING: ({"charges": "charge_id"}.get(self.fact, "entry_id"),),
            Shape.GROUPED: (*(f.name for f in self.fields if f.column.kind is Kind.ID), "currency"),
            Shape.STATEMENT: ("account_id", "currency"),
            Shape.REGISTER: ("discount_id", "currency"),
        }[self.shape]
