"""The day of an instant in the reporting zone, as SQL.

Python's zone rules decide, as they do for the bounds of periods: the engine carries rules of its own, which may differ.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_STEP = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def local_day(column: str, first: datetime, last: datetime, zone: str) -> str:
    """An expression for the day of instants from first to last (UTC, without a zone)."""
    offsets = _offsets(first, last, ZoneInfo(zone))
    last_offset = offsets.pop()[1]
    cases = "".join(
        f"WHEN {column} < TIMESTAMP '{until}' THEN {_shifted(column, offset)} " for until, offset in offsets
    )
    shifted = _shifted(column, last_offset)
    return f"CAST({f'CASE {cases}ELSE {shifted} END' if cases else shifted} AS DATE)"


def _shifted(column: str, offset: timedelta) -> str:
    return f"{column} + INTERVAL '{int(offset.total_seconds())} seconds'"


def _offsets(first: datetime, last: datetime, zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """The zone's offsets over a stretch of time, each with the instant until which it holds."""
    found = []
    instant, offset = first, _offset(first, zone)
    while instant < last:
        later = min(instant + _STEP, last)
        if _offset(later, zone) != offset:
            later = _change(instant, later, zone)
            found.append((later, offset))
            offset = _offset(later, zone)
        instant = later
    return [*found, (last, offset)]


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second after `before` with another offset than there; `after` has another."""
    before, after = before.replace(microsecond=0), (after + _SECOND).replace(microsecond=0)
    old = _offset(before, zone)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta(0)
