"""The answer of a report: a value that every format renders, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from sodu.reports.column import Column
from sodu.values.text import Message, Text
from sodu.warehouse.engine import Known


@dataclass(frozen=True)
class Check:
    """A promise of the report, and whether this answer keeps it."""

    name: str
    ok: bool
    detail: Message


@dataclass(frozen=True)
class Header:
    """What an answer says of itself, before its first row."""

    slug: str
    title: Text
    conditions: dict[str, Any]
    """The question in its canonical words, as JSON values: {"period": "2026-10", "account_type": "both", …}."""
    sentences: tuple[Message, ...]
    """The conditions in words, a sentence each."""
    period_start: date
    period_end: date
    """Exclusive."""
    period_over: bool
    zone: str
    known: Known
    data_through: datetime | None
    """The latest occurred_at loaded, UTC without a zone."""


@dataclass
class ResultTable:
    """An answer. `batches` can be read once; `sha256` and `next` stand when it has been."""

    header: Header
    columns: tuple[Column, ...]
    """What is shown, in order. Batches hold at least these columns, typed by `ARROW_TYPES`."""
    batches: Iterator[pa.RecordBatch]
    total_columns: tuple[Column, ...]
    """account_type (CHOICE), currency, then the measures of a total."""
    totals: tuple[dict[str, Any], ...]
    """One for each currency (and account type, where both are asked for): Decimals and ints by column name."""
    checks: tuple[Check, ...]
    row_count: int
    """Of all rows, not of the page."""
    currencies: tuple[str, ...] = ()
    """Those that occur in the rows or totals, sorted."""
    row_sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    """For each currency, the plain sum of all rows of each money and count column, by column name."""
    rows_by_currency: bool = False
    """Whether the rows of one currency stand together, in order of their currency."""
    next: str | None = None
    sha256: str = ""
