"""Instants as the naive local times of a zone, by columns.

Offsets come from Python's zone data alone, so that rows, days and period bounds agree even where an engine carries
older or newer rules.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

_WEEK = timedelta(weeks=1)
_SECOND = timedelta(seconds=1)


def with_local_times(batch: pa.RecordBatch, zone: str) -> pa.RecordBatch:
    """The batch with two more columns for each instant column `x`: `x local` and `x offset` (`+07:00`)."""
    for field in batch.schema:
        if pa.types.is_timestamp(field.type):
            local, offset = _local_times(batch.column(field.name), zone)
            batch = batch.append_column(local_name(field.name), local)
            batch = batch.append_column(offset_name(field.name), offset)
    return batch


def local_name(name: str) -> str:
    """The name of the column that holds an instant column's local times."""
    return f"{name} local"


def offset_name(name: str) -> str:
    """The name of the column that holds an instant column's offsets."""
    return f"{name} offset"


def _local_times(instants: Any, zone: str) -> tuple[Any, Any]:
    bounds: Any = pc.min_max(instants).as_py()
    if bounds["min"] is None:
        return instants, pa.nulls(len(instants), pa.string())
    changes = [change for year in range(bounds["min"].year, bounds["max"].year + 1) for change in _changes(zone, year)]
    start = _offset(bounds["min"].replace(tzinfo=UTC), zone)
    local = pc.add(instants, pa.scalar(start, pa.duration("us")))
    offsets: Any = pa.repeat(_text(start), len(instants))
    for instant, offset in changes:
        if bounds["min"] < instant <= bounds["max"]:
            after = pc.greater_equal(instants, pa.scalar(instant, instants.type))
            local = pc.if_else(after, pc.add(instants, pa.scalar(offset, pa.duration("us"))), local)
            offsets = pc.if_else(after, _text(offset), offsets)
    return local, offsets


@lru_cache(maxsize=1024)
def _changes(zone: str, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """When a zone's offset changes in a year (UTC without a zone), and to what; no two changes are within a week."""
    found = []
    before = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC)
    while before < end:
        after = min(before + _WEEK, end)
        if _offset(before, zone) != _offset(after, zone):
            change = _first_second_with(_offset(after, zone), before, after, zone)
            found.append((change.replace(tzinfo=None), _offset(after, zone)))
        before = after
    return tuple(found)


def _first_second_with(offset: timedelta, before: datetime, after: datetime, zone: str) -> datetime:
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(instant: datetime, zone: str) -> timedelta:
    return instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def _text(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
