"""Values of an answer's columns as machines read them: in the canonical text, in JSON and in CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.reports.column import Column, Kind
from sodu.warehouse import cell_values
from sodu.warehouse.row_texts import Value
from sodu.warehouse.texts import Escape, one_by_one, prepared

_NEW = pa.scalar("new", pa.string())


def machine_texts(column: Column, escape: Escape, instants: Callable[[str], Value]) -> Value:
    """What a column's values are made of; formats differ in how they escape texts and write instants."""
    match column.kind:
        case Kind.INSTANT:
            return instants(column.name)
        case Kind.DAY | Kind.COUNT:
            return cell_values.cast(column.name)
        case Kind.CHANGE_RATE:
            return lambda batch: [change_rates(column, batch)]
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            return cell_values.decimal(column.name)
        case _:
            return cell_values.escaped(column.name, escape)


def change_rates(column: Column, batch: pa.RecordBatch) -> Any:
    """A column of rates of change as texts: "new" where there was nothing before and is something now."""
    rates, now, before = (batch.column(name) for name in (column.name, column.base or "", f"{column.base}_before"))
    texts = one_by_one(prepared(batch, column.name))
    if not rates.null_count:
        return texts
    is_new: Any = pc.and_kleene(pc.equal(before, _zero(before)), pc.not_equal(now, _zero(now)))
    return pc.if_else(pc.and_(pc.is_null(rates), pc.fill_null(is_new, False)), _NEW, texts)


def _zero(array: Any) -> Any:
    return pa.scalar(0, pa.int64()).cast(array.type)
