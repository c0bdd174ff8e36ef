"""A figure explained: what it is, its formula, the rows that it sums, and the batches that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sodu.reports.column import Column
from sodu.reports.conditions import Conditions
from sodu.reports.report import Report
from sodu.reports.table import Check, Header
from sodu.values.money import EXACT
from sodu.values.text import Message, Text

MEASURE, ACCOUNT, SERVICE, DISCOUNT, BUCKET = "measure", "account_id", "service_id", "discount_id", "bucket"
WORDS = (MEASURE, ACCOUNT, SERVICE, DISCOUNT, BUCKET)
"""The words beside a question's conditions that say which figure of its answer is meant."""


def summed(values: Iterable[Any]) -> Any:
    """The exact sum of amounts, or of counts."""
    total: Any = 0
    for value in values:
        total = total + value if isinstance(value, int) else EXACT.add(total, value)
    return total


@dataclass(frozen=True)
class Place:
    """Which figure of which answer: a column, and what names its row; of the total where nothing does."""

    report: Report
    conditions: Conditions
    measure: str
    row: Mapping[str, str] = field(default_factory=dict)
    """Of account_id, service_id, discount_id and bucket, those that the row has."""

    @property
    def words(self) -> dict[str, str]:
        """The place beside its conditions, as words."""
        return {MEASURE: self.measure, **self.row}


@dataclass(frozen=True)
class Part:
    """One part of a formula."""

    sign: str
    """+, − or ÷; empty for the first one of a division."""
    column: Column
    value: Any
    place: Place | None
    """Where it is explained itself."""
    of_total: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows behind a figure, as another report lists them."""

    report: Report
    conditions: Conditions
    """The question that lists them all."""
    columns: tuple[Column, ...]
    sums: tuple[tuple[str, Column | None], ...]
    """What of them is summed, each with its sign; no column counts them."""
    first: tuple[dict[str, Any], ...]
    row_count: int
    value: Any
    """Their exact sum, as it counts in the figure; None where things may stand in several rows."""


@dataclass(frozen=True)
class Batch:
    """A batch that rows came from, and what it adds to the figure."""

    seq: int
    table: str
    source: str
    recorded_at: str
    who: str
    sha256: str
    rows: int
    value: Any


@dataclass(frozen=True)
class Explanation:
    """Where a figure comes from."""

    place: Place
    column: Column
    subject: Message
    """Whose figure it is: an account, a service, all accounts."""
    currency: str
    question: Conditions
    """What the figure alone is the answer to: the place's conditions, narrowed to it."""
    header: Header
    """Of the answer that it was taken from."""
    value: Any
    """Exact; None for a rate of nothing."""
    parts: tuple[Part, ...] = ()
    rows: tuple[Rows, ...] = ()
    less: Part | None = None
    """What the rows hold and the figure leaves out."""
    batches: tuple[Batch, ...] = ()
    batches_add_up: bool = True
    """Whether the batches' values are meant to add up to the figure."""
    checks: tuple[Check, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def row_count(self) -> int:
        """Of all rows behind it."""
        return sum(rows.row_count for rows in self.rows)

    @property
    def rows_sum(self) -> Decimal | int | None:
        """The exact sum of all rows behind it; None where they do not add up."""
        values = [rows.value for rows in self.rows]
        return None if None in values else summed(values)
