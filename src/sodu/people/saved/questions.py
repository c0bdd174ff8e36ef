"""A kept question: its canonical query text, made into a question again for whoever reads it now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from sodu.people.accounts.models import User
from sodu.people.tenants.scope import scope_for
from sodu.reports.catalog import report_of
from sodu.reports.conditions import Conditions, parse
from sodu.reports.report import Report
from sodu.reports.run import Record, run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.values.period import parse as period_of

PARTNER = "partner"
PAGING = ("limit", "after")
_PINNED = ("period", "as_known_at")


@dataclass(frozen=True)
class Question:
    """A kept question, valid, and whose facts it is about now."""

    report: Report
    conditions: Conditions
    scope: Scope

    def answer(self, record: Record, now: datetime) -> ResultTable:
        """The answer."""
        return run(self.report, self.conditions, self.scope, record, now)


def question_of(user: User, kept: tuple[str, str], record: Record, now: datetime) -> Question:
    """What a report's slug and a query text ask, read by a person with the rights of this moment.

    Raises WrongUsage for what is ill-formed, unknown by now, or not theirs to see.
    """
    slug, query = kept
    report = report_of(slug)
    words = _words(query)
    partner = next(iter(words.pop(PARTNER, ())), None)
    today = now.astimezone(ZoneInfo(record.zone)).date()
    return Question(report, parse(report, words, today), scope_for(user, partner))


def without_page(query: str) -> str:
    """The text without how many rows a page has and where it begins."""
    return _text({name: values for name, values in _words(query).items() if name not in PAGING})


def of_period(query: str, period: str) -> str:
    """The text for another period, as known when it is asked."""
    words = {name: values for name, values in _words(query).items() if name not in (*_PINNED, *PAGING)}
    return _text({"period": [period]} | words)


def partner_of(query: str) -> str:
    """The partner that the provider's people narrowed the question to; empty for none."""
    return next(iter(_words(query).get(PARTNER, ())), "")


def file_name(question: Question, suffix: str) -> str:
    """What a file with the answer is called: report, period and partner."""
    partners = question.scope.partners or ()
    parts = [question.report.slug, _period_name(question.conditions), *(partners if len(partners) == 1 else ())]
    return "_".join(re.sub(r"[^\w.-]+", "-", part).strip("-.") for part in parts) + suffix


def _period_name(conditions: Conditions) -> str:
    """The period by the calendar: a month, quarter or year where it is one, else its days."""
    start, end = conditions.period.start, conditions.period.end
    names = (f"{start:%Y}", f"{start:%Y}-Q{(start.month + 2) // 3}", f"{start:%Y-%m}", f"{start:%G-W%V}", f"{start}")

    for name in names:
        if period_of(name, start) == conditions.period:
            return name
    return f"{start}_{conditions.period.end.fromordinal(end.toordinal() - 1)}"


def _words(query: str) -> dict[str, list[str]]:
    return parse_qs(query)


def _text(words: dict[str, list[str]]) -> str:
    pairs = [(name, value) for name, values in words.items() for value in values]
    return urlencode(pairs, safe=",:")
