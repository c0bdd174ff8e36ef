"""Columns of an answer: each has a kind, and formats know kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from sodu.values.text import Text


class Kind(StrEnum):
    """What a column holds; how each format shows it hangs on this alone."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    """One of a few words, shown translated in human formats, as it is to machines."""
    CURRENCY = "currency"
    BUCKET = "bucket"
    """A stretch of time as a period's text: 2026-10-05, 2026-W41, 2026-10, 2026-Q4."""
    DAY = "day"
    INSTANT = "instant"
    MONEY = "money"
    """An amount in the currency of its row's `currency` column."""
    QUANTITY = "quantity"
    RATE = "rate"
    """A fraction, at most 9 decimals; shown as a percentage to people."""
    CHANGE_RATE = "change_rate"
    """A rate of change; "new" where there was nothing before and is something now."""
    COUNT = "count"


ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.CURRENCY: pa.string(),
    Kind.BUCKET: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.MONEY: pa.decimal128(38, 12),
    Kind.QUANTITY: pa.decimal128(38, 15),
    Kind.RATE: pa.decimal128(38, 9),
    Kind.CHANGE_RATE: pa.decimal128(38, 9),
    Kind.COUNT: pa.int64(),
}
"""What a batch of an answer holds for each kind; instants are UTC without a zone."""


@dataclass(frozen=True)
class Column:
    """One column of an answer: its machine name, its label, its kind."""

    name: str
    label: Text
    kind: Kind
    base: str | None = None
    """For the columns of a comparison: the measure that they compare (`sales` of `sales_before`)."""
    choices: tuple[tuple[str, Text], ...] = ()
    """For a choice: its words and their texts for people."""
