"""Rows of a short answer as Python values, in half the time that Arrow takes for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sodu.warehouse.texts import one_by_one, prepared

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
"""Instants are UTC without a zone."""


def rows_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Each row by its columns' names."""
    names = batch.schema.names
    columns = [_values(batch, name) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(batch: pa.RecordBatch, name: str) -> list[Any]:
    array: Any = batch.column(name)
    if pa.types.is_decimal(array.type):
        texts = one_by_one(prepared(batch, name)).to_pylist()
        return [None if text is None else Decimal(text) for text in texts]
    if array.type == pa.timestamp("us"):
        counts = array.cast(pa.int64()).to_pylist()
        return [None if count is None else _EPOCH + timedelta(microseconds=count) for count in counts]
    found: list[Any] = array.to_pylist()
    return found
