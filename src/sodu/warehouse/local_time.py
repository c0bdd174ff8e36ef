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


def local_times(instants: Any, zone: str) -> tuple[Any, Any]:
    """An instant column's local times, and its offsets (`+07:00`) by their different values."""
    bounds: Any = pc.min_max(instants).as_py()
    if bounds["min"] is None:
        return instants, pa.nulls(len(instants), pa.string())
    start = offset_at(bounds["min"], zone)
    local = pc.add(instants, pa.scalar(start, pa.duration("us")))
    texts = [_text(start)]
    indices: Any = pa.repeat(pa.scalar(0, pa.int32()), len(instants))
    for instant, offset in changes(bounds["min"], bounds["max"], zone):
        after = pc.greater_equal(instants, pa.scalar(instant, instants.type))
        local = pc.if_else(after, pc.add(instants, pa.scalar(offset, pa.duration("us"))), local)
        indices = pc.if_else(after, pa.scalar(len(texts), pa.int32()), indices)
        texts.append(_text(offset))
    if instants.null_count:
        indices = pc.if_else(instants.is_valid(), indices, pa.scalar(None, pa.int32()))
    return local, pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string()))


def offset_at(instant: datetime, zone: str) -> timedelta:
    """A zone's offset at an instant (UTC without a zone)."""
    return _offset(instant.replace(tzinfo=UTC), zone)


def changes(first: datetime, last: datetime, zone: str) -> list[tuple[datetime, timedelta]]:
    """When a zone's offset changes after `first` until `last` (UTC without a zone), and to what."""
    years = range(first.year, last.year + 1)
    return [change for year in years for change in _changes(zone, year) if first < change[0] <= last]


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
