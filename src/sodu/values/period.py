"""Periods: half-open stretches of whole days in the reporting zone, and the texts that name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _

_DAY = timedelta(days=1)
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, not including, `end`."""

    start: date
    end: date

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """The half-open bounds as instants in UTC."""
        return midnight(self.start, zone), midnight(self.end, zone)

    def is_whole_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.start.day == 1 and self.end.day == 1

    def __str__(self) -> str:
        """The period as two inclusive days: a text that `parse` reads."""
        return f"{self.start}..{self.end - _DAY}"


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + (day.day - 1) * _DAY, following - _DAY)


def parse(text: str, today: date) -> Period:
    """The period that a text names: a frame, a calendar text, or two inclusive days.

    Raises WrongUsage for anything else, and for days before 2000 or after 2199.
    """
    period = _frame(text, today) or _calendar(text) or _two_days(text)
    if period is None:
        raise WrongUsage(
            _(
                "period: '{text}' is no period; use one of {frames}, 2026, 2026-Q3, 2026-10, 2026-W41, "
                "2026-10-05 or 2026-10-01..2026-10-31"
            ),
            text=text,
            frames=", ".join(FRAMES),
        )
    if not _FIRST <= period.start < period.end <= _LAST:
        raise WrongUsage(_("period: '{text}' ends before it begins, or leaves 2000 to 2199"), text=text)
    return period


def earlier(period: Period, text: str, today: date) -> Period:
    """The period to compare with: `previous`, `year`, or a period's own text."""
    if text == "previous":
        if period.is_whole_months():
            months = _months_between(period.start, period.end)
            return Period(add_months(period.start, -months), period.start)
        return Period(period.start - (period.end - period.start), period.start)
    if text == "year":
        if period.is_whole_months():
            return Period(add_months(period.start, -12), add_months(period.end, -12))
        # By its two days, so that 28 February of a leap year does not shrink to nothing.
        return Period(add_months(period.start, -12), add_months(period.end - _DAY, -12) + _DAY)
    return parse(text, today)


def bucket(day: date, by: str) -> str:
    """The text of the day, ISO week, month or quarter that a day lies in."""
    if by == "day":
        return day.isoformat()
    if by == "week":
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    if by == "month":
        return f"{day.year}-{day.month:02}"
    return f"{day.year}-Q{(day.month + 2) // 3}"


def bucket_starts(period: Period, by: str) -> list[date]:
    """The first day of each bucket that meets the period, as the calendar has it, in order."""
    starts = []
    day = parse(bucket(period.start, by), period.start).start
    while day < period.end:
        starts.append(day)
        day = parse(bucket(day, by), day).end
    return starts


def _months(start: date, months: int) -> Period:
    return Period(start, add_months(start, months))


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _days_until(today: date, days: int) -> Period:
    return Period(today + _DAY - days * _DAY, today + _DAY)


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


FRAMES = {
    "today": lambda today: _days_until(today, 1),
    "this-month": lambda today: _months(today.replace(day=1), 1),
    "last-month": lambda today: _months(add_months(today.replace(day=1), -1), 1),
    "this-quarter": lambda today: _months(_quarter_start(today), 3),
    "last-quarter": lambda today: _months(add_months(_quarter_start(today), -3), 3),
    "this-year": lambda today: _months(date(today.year, 1, 1), 12),
    "last-year": lambda today: _months(date(today.year - 1, 1, 1), 12),
    "last-7-days": lambda today: _days_until(today, 7),
    "last-30-days": lambda today: _days_until(today, 30),
}
"""The named frames, each whole; those of days end with today."""


def _frame(text: str, today: date) -> Period | None:
    return FRAMES[text](today) if text in FRAMES else None


_YEAR = re.compile(r"([0-9]{4})")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


def _calendar(text: str) -> Period | None:
    try:
        if match := _YEAR.fullmatch(text):
            return _months(date(int(match[1]), 1, 1), 12)
        if match := _QUARTER.fullmatch(text):
            return _months(date(int(match[1]), int(match[2]) * 3 - 2, 1), 3)
        if match := _MONTH.fullmatch(text):
            return _months(date(int(match[1]), int(match[2]), 1), 1)
        if match := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return Period(monday, monday + 7 * _DAY)
        day = _day(text)
    except (ValueError, OverflowError):
        return None
    return Period(day, day + _DAY) if day else None


def _two_days(text: str) -> Period | None:
    first, dots, last = text.partition("..")
    try:
        start, end = _day(first), _day(last)
        return Period(start, end + _DAY) if dots and start and end else None
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    """An ISO day, in its long form alone; raises ValueError for days that no calendar has."""
    return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
