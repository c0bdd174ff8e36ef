"""How a figure comes about, declared: its formula, and the rows that it sums."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Span(StrEnum):
    """The days whose facts a figure sums."""

    PERIOD = "period"
    BEFORE = "before"
    """All days before the period."""
    UNTIL_END = "until_end"
    """All days until the period ends."""


@dataclass(frozen=True)
class Term:
    """A part of a formula: another figure of the report, and what is done with it."""

    name: str
    sign: str = "+"
    """+, − or ÷."""
    only: str = ""
    """Of accounts of this type alone."""
    of_total: bool = False
    """Of all rows, where the figure is of one."""


@dataclass(frozen=True)
class Behind:
    """Rows behind a figure: those of a report, and what of them is summed."""

    slug: str
    sums: tuple[tuple[str, str], ...]
    """A sign and a column each; no column counts the rows."""
    kinds: tuple[str, ...] = ()
    """Kinds of credit entries; none named stands for all."""


@dataclass(frozen=True)
class Figure:
    """One figure of a report, by the name of its column."""

    name: str
    terms: tuple[Term, ...] = ()
    behind: tuple[Behind, ...] = ()
    span: Span = Span.PERIOD
    only: str = ""
    """It is of accounts of this type alone."""
    less: str = ""
    """The figure of what is counted in the rows and not in a total."""
    only_internal: bool = False
    """Of transfers within the selection alone."""
    of_row: tuple[Behind, ...] = ()
    """What stands behind it in a row, where that is not what stands behind a total."""
    adds_up: bool = True
    """Whether the rows' sum is the figure: things counted once in a total may stand in several rows."""
