"""The reports as a program reads them: columns, conditions with their choices, in the asked language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sodu.render.language import translate
from sodu.reports import vocabulary
from sodu.reports.column import Column
from sodu.reports.conditions import ACCOUNT_TYPES, BUCKETS, CONDITIONS, KINDS, SEVERAL, STATUSES
from sodu.reports.report import Report, Shape
from sodu.reports.vocabulary import BUCKETS as BUCKET_COLUMNS
from sodu.values.period import FRAMES
from sodu.values.text import Text, mark as _

_YES_NO = (("yes", _("Yes")), ("no", _("No")))
_COMPARED = (("previous", _("The period before")), ("year", _("The same period a year before")))
_OPEN = {"period", "compare"}
"""Their choices are not all that they take: calendar texts are others."""

_CHOICES: dict[str, tuple[tuple[str, Text], ...]] = {
    "account_type": tuple((word, dict(vocabulary.ACCOUNT_TYPES)[word]) for word in ACCOUNT_TYPES),
    "status": tuple((word, dict(vocabulary.STATUSES)[word]) for word in STATUSES),
    "kind": tuple((word, dict(vocabulary.KINDS)[word]) for word in KINDS if word in dict(vocabulary.KINDS)),
    "by": tuple((word, BUCKET_COLUMNS[word].label) for word in BUCKETS),
    "show_zero": _YES_NO,
    "compare": _COMPARED,
    "period": tuple((frame, Text(frame)) for frame in FRAMES),
}
_KINDS = {
    "period": "period",
    "compare": "period",
    "account": "id",
    "service": "id",
    "discount": "id",
    "currency": "currency",
    "as_known_at": "journal",
    "sort": "columns",
    "columns": "columns",
    "limit": "count",
    "after": "token",
}


def kind_of(condition: str) -> str:
    """What a condition takes: a choice, an id, a period, or another kind of word."""
    return _KINDS.get(condition, "choice" if condition in _CHOICES else "text")


def choices_of(condition: str) -> tuple[tuple[str, Text], ...]:
    """The words that a condition takes, with their labels; empty where it takes others."""
    return _CHOICES.get(condition, ())


def is_closed(condition: str) -> bool:
    """Whether a condition takes its choices alone."""
    return condition in _CHOICES and condition not in _OPEN


def described(report: Report, language: str) -> dict[str, Any]:
    """One report."""
    return {
        "slug": report.slug,
        "menu": translate(report.menu, language),
        "title": translate(report.title, language),
        "summary": translate(report.summary, language),
        "href": f"/api/v1/reports/{report.slug}",
        "columns": columns_of(report.columns, language),
        "totals": columns_of(report.totals, language),
        "conditions": [_condition(name, language) for name in report.conditions],
        "sort": list(report.sort),
        "compares": report.shape in (Shape.GROUPED, Shape.STATEMENT),
    }


def columns_of(columns: Iterable[Column], language: str) -> list[dict[str, Any]]:
    """Columns, each with its name, label, kind, and the words of a choice."""
    return [
        {"name": column.name, "label": translate(column.label, language), "kind": column.kind.value}
        | ({"choices": _labelled(column.choices, language)} if column.choices else {})
        for column in columns
    ]


def _condition(name: str, language: str) -> dict[str, Any]:
    choices = choices_of(name)
    return {
        "name": name,
        "kind": kind_of(name),
        "description": translate(CONDITIONS[name], language),
        "several": name in SEVERAL,
    } | ({"choices": _labelled(choices, language)} if choices else {})


def _labelled(choices: Iterable[tuple[str, Text]], language: str) -> list[dict[str, str]]:
    return [{"value": value, "label": translate(label, language)} for value, label in choices]
