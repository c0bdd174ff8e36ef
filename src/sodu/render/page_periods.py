"""Periods in words: October 2026, the third quarter, two days."""

from __future__ import annotations

from datetime import date, timedelta

from sodu.render.language import Manner, say, translate
from sodu.values.period import Period, add_months, parse
from sodu.values.text import Message, mark as _

_MONTHS = (
    _("January {year}"), _("February {year}"), _("March {year}"), _("April {year}"), _("May {year}"),
    _("June {year}"), _("July {year}"), _("August {year}"), _("September {year}"), _("October {year}"),
    _("November {year}"), _("December {year}"),
)  # fmt: skip

FRAME_LABELS = {
    "today": _("Today"),
    "this-month": _("This month"),
    "last-month": _("Last month"),
    "this-quarter": _("This quarter"),
    "last-quarter": _("Last quarter"),
    "this-year": _("This year"),
    "last-year": _("Last year"),
    "last-7-days": _("Last 7 days"),
    "last-30-days": _("Last 30 days"),
}
"""What the named frames are called."""


def period_words(period: Period, manner: Manner) -> str:
    """A period as people call it: by its year, quarter, month or day, else by its two days."""
    first, last = period.start, period.end - timedelta(days=1)
    year = str(first.year)
    if period.is_whole_months():
        if period.end == add_months(first, 12) and first.month == 1:
            return say(Message(_("year {year}"), {"year": year}), manner.language)
        if period.end == add_months(first, 3) and first.month % 3 == 1:
            quarter = str((first.month + 2) // 3)
            return say(Message(_("Q{quarter} {year}"), {"quarter": quarter, "year": year}), manner.language)
        if period.end == add_months(first, 1):
            return say(Message(_MONTHS[first.month - 1], {"year": year}), manner.language)
    if first == last:
        return manner.day(first)
    return say(Message(_("{start} to {end}"), {"start": first, "end": last}), manner.language)


def capital(text: str) -> str:
    """A text with its first letter a capital, as it stands at the beginning."""
    return text[:1].upper() + text[1:]


def bucket_words(text: str, manner: Manner) -> str:
    """A bucket of a `by` as people call it."""
    if "-W" in text:
        year, _dash, week = text.partition("-W")
        return say(Message(_("week {week}, {year}"), {"week": str(int(week)), "year": year}), manner.language)
    return period_words(parse(text, date.min), manner)


def frame_label(text: str, manner: Manner) -> str | None:
    """What a named frame is called; None for any other period's text."""
    return translate(FRAME_LABELS[text], manner.language) if text in FRAME_LABELS else None
