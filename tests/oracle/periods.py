"""Periods: half-open ranges of whole days in the reporting zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days from `first` until before `after`."""

    first: date
    after: date

    @property
    def start(self) -> datetime:
        """The first instant of the period."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return midnight(self.after)

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in the period."""
        return self.start <= instant < self.end


def midnight(day: date) -> datetime:
    """The first instant of a day in the reporting zone."""
    return datetime.combine(day, time(), ZONE)


def day_of(instant: datetime) -> date:
    """The day of an instant in the reporting zone."""
    return instant.astimezone(ZONE).date()


def parse_period(text: str, now: datetime) -> Period:
    """The period of a named frame, a calendar text or two inclusive days."""
    today = day_of(now)
    if ".." in text:
        first, last = (date.fromisoformat(day) for day in text.split(".."))
        return Period(first, last + DAY)
    if text[0].isdigit():
        return _calendar(text)
    return _named(text, today)


def _calendar(text: str) -> Period:
    if re.fullmatch(r"\d{4}", text):
        return Period(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
    if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return whole_months(date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1), 3)
    if week := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return Period(monday, monday + 7 * DAY)
    if month := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return whole_months(date(int(month[1]), int(month[2]), 1), 1)
    day = date.fromisoformat(text)
    return Period(day, day + DAY)


def _named(name: str, today: date) -> Period:
    month = today.replace(day=1)
    quarter = quarter_start(today)
    year = date(today.year, 1, 1)
    frames = {
        "today": Period(today, today + DAY),
        "this-month": whole_months(month, 1),
        "last-month": whole_months(add_months(month, -1), 1),
        "this-quarter": whole_months(quarter, 3),
        "last-quarter": whole_months(add_months(quarter, -3), 3),
        "this-year": whole_months(year, 12),
        "last-year": whole_months(add_months(year, -12), 12),
        "last-7-days": Period(today - 6 * DAY, today + DAY),
        "last-30-days": Period(today - 29 * DAY, today + DAY),
    }
    return frames[name]


def whole_months(first: date, count: int) -> Period:
    """The period of so many months from the first day of one."""
    return Period(first, add_months(first, count))


def quarter_start(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def add_months(day: date, count: int) -> date:
    """The same day of another month; the month's last day where it has no such day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    first = date(year, month + 1, 1)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - DAY).day))


def parse_compare(text: str, period: Period, now: datetime) -> Period:
    """The period to compare with: `previous`, `year` or a period text."""
    if text == "previous":
        return _previous(period)
    if text == "year":
        return Period(add_months(period.first, -12), add_months(period.after, -12))
    return parse_period(text, now)


def _previous(period: Period) -> Period:
    if period.first.day == 1 and period.after.day == 1:
        months = (period.after.year - period.first.year) * 12 + period.after.month - period.first.month
        return Period(add_months(period.first, -months), period.first)
    return Period(period.first - (period.after - period.first), period.first)


def buckets(period: Period, by: str) -> Iterator[tuple[str, Period]]:
    """The days, weeks, months or quarters of a period as (text, sub-period), clipped to it."""
    first = period.first
    while first < period.after:
        text = bucket_text(first, by)
        after = min(_calendar(text).after, period.after)
        yield text, Period(first, after)
        first = after


def bucket_text(day: date, by: str) -> str:
    """The period text of the day, week, month or quarter that holds a day."""
    if by == "day":
        return day.isoformat()
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    if by == "month":
        return f"{day.year:04}-{day.month:02}"
    return f"{day.year:04}-Q{(day.month + 2) // 3}"
