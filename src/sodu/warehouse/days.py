"""The day of an instant in the reporting zone, as SQL.

Python's zone rules decide, as they do for the bounds of periods: the engine carries rules of its own, which may differ.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sodu.warehouse.local_time import changes, offset_at


def local_day(column: str, first: datetime, last: datetime, zone: str) -> str:
    """An expression for the day of instants from first to last (UTC, without a zone)."""
    cases, offset = "", offset_at(first, zone)
    for until, next_offset in changes(first, last, zone):
        cases += f"WHEN {column} < TIMESTAMP '{until}' THEN {_shifted(column, offset)} "
        offset = next_offset
    shifted = _shifted(column, offset)
    return f"CAST({f'CASE {cases}ELSE {shifted} END' if cases else shifted} AS DATE)"


def _shifted(column: str, offset: timedelta) -> str:
    return f"{column} + INTERVAL '{int(offset.total_seconds())} seconds'"
