"""Which periods are due: by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sodu.people.saved.models import Schedule
from sodu.people.saved.scheduling import due_periods, first_start

ZONE = "Asia/Ho_Chi_Minh"
# Midnight in Ho Chi Minh City is 17:00 of the day before in UTC.
CASES = [
    ("daily", date(2026, 11, 1), date(2026, 11, 20), datetime(2026, 11, 19, 17), ["2026-11-17", "2026-11-18", "2026-11-19"]),
    ("daily", date(2026, 11, 19), date(2026, 11, 20), datetime(2026, 11, 19, 16, 59, 59), []),
    ("daily", date(2026, 11, 19), date(2026, 11, 20), datetime(2026, 11, 19, 17), ["2026-11-19"]),
    ("weekly", date(2026, 11, 9), date(2026, 11, 20), datetime(2026, 11, 15, 17), ["2026-W46"]),
    ("weekly", date(2026, 11, 9), date(2026, 11, 20), datetime(2026, 11, 15, 16), []),
    ("monthly", date(2026, 9, 1), date(2026, 11, 20), datetime(2026, 10, 20), ["2026-09"]),
    ("monthly", date(2026, 9, 1), date(2026, 11, 20), datetime(2026, 11, 1), ["2026-09", "2026-10"]),
    ("monthly", date(2026, 11, 1), date(2026, 11, 20), datetime(2026, 11, 20), []),
    ("monthly", date(2026, 1, 1), date(2026, 11, 20), None, []),
]  # fmt: skip


@pytest.mark.parametrize(("frequency", "starts_on", "today", "through", "due"), CASES)
def test_due(frequency: str, starts_on: date, today: date, through: datetime | None, due: list[str]) -> None:
    schedule = Schedule(frequency=frequency, starts_on=starts_on)
    assert due_periods(schedule, through, ZONE, today) == due


def test_what_is_through_already_is_not_sent_to_begin_with() -> None:
    today = date(2026, 11, 20)
    assert first_start("monthly", datetime(2026, 11, 1), ZONE, today) == date(2026, 11, 1)
    assert first_start("monthly", datetime(2026, 10, 30), ZONE, today) == date(2026, 10, 1)
    assert first_start("daily", datetime(2026, 11, 19, 17), ZONE, today) == date(2026, 11, 20)
