"""What a shape of answer brings; `run` puts the header on."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sodu.reports.column import ARROW_TYPES, Column, Kind
from sodu.reports.table import Check


@dataclass
class Answer:
    """Rows (read once), totals and checks. `after` stands when the rows have been read."""

    columns: tuple[Column, ...]
    batches: Generator[pa.RecordBatch]
    total_columns: tuple[Column, ...]
    totals: tuple[dict[str, Any], ...]
    checks: tuple[Check, ...]
    row_count: int
    row_sums: dict[str, dict[str, Any]]
    rows_by_currency: bool
    after: str | None = None


def no_rows() -> Generator[pa.RecordBatch]:
    """What stands for an answer's rows until they are known."""
    yield from ()


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """The columns of an answer, each in the type of its kind."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.kind]) for column in columns])


def is_summed(column: Column) -> bool:
    """Whether the plain sum of a column's rows means something."""
    return column.kind in (Kind.MONEY, Kind.COUNT) and column.base is None
