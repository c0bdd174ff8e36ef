"""Where a figure leads: to what explains it; and where a name leads: to the same report of it alone."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sodu.entrances.web.asking import BACK, PARTNER, Asked, query_text
from sodu.reports.column import Column, Kind
from sodu.reports.conditions import Conditions
from sodu.reports.explained import ACCOUNT, BUCKET, DISCOUNT, SERVICE, Place
from sodu.reports.report import Shape

_FIGURES = frozenset({Kind.MONEY, Kind.COUNT, Kind.RATE, Kind.CHANGE_RATE})
_NAMES = {
    "account_id": ("account", "account_id"),
    "account_name": ("account", "account_id"),
    "service_id": ("service", "service_id"),
    "service_name": ("service", "service_id"),
}
_PAGE_WORDS = ("sort", "columns", "limit")
_IDS = ("account_id", "service_id", "discount_id", "entry_id", "charge_id")
_BACK_CHARACTERS_MAX = 1500


def leads_to(asked: Asked, column: Column, row: dict[str, Any]) -> str | None:
    """The address behind a cell of a row, or of a total; None where nothing stands behind it."""
    if column.kind in _FIGURES:
        is_missing = column.kind in (Kind.RATE, Kind.CHANGE_RATE) and row.get(column.name) is None
        return figure_address(asked, column.name, row) if is_explained(asked, column) and not is_missing else None
    if column.name in _NAMES:
        return _narrowed(asked, *_NAMES[column.name], row)
    return None


def is_explained(asked: Asked, column: Column) -> bool:
    """Whether the figures of a column lead to what explains them."""
    return asked.report.figure(column.base or column.name) is not None


def figure_address(asked: Asked, measure: str, row: dict[str, Any]) -> str | None:
    """The address that explains the figure of a row or total; None for a row that is a fact or has no name."""
    words = _row_words(asked, row) if row.get("currency") is not None else None
    if words is None:
        return None
    conditions = asked.conditions.of_figure(row["currency"], None if words else row.get("account_type"))
    return address_of(Place(asked.report, conditions, measure, words), asked.partner, report_address(asked))


def is_total(row: dict[str, Any]) -> bool:
    """Whether a row is a total, which names nothing."""
    return not any(name in row for name in _IDS)


def report_address(asked: Asked) -> str:
    """The address of a report's answer."""
    return f"{_path('report', asked.report.slug)}?{asked.query}"


def rows_address(slug: str, conditions: Conditions, partner: str | None, back: str) -> str:
    """The address of the report that lists rows, and its way back."""
    words = conditions.wire() | ({PARTNER: partner} if partner else {})
    return f"{_path('report', slug)}?{query_text(_without_page(words))}&{_back(back)}"


def address_of(place: Place, partner: str | None, back: str) -> str:
    """The address that explains a figure, and its way back."""
    words = _without_page(place.conditions.wire()) | ({PARTNER: partner} if partner else {}) | place.words
    return f"{_path('explain', place.report.slug)}?{query_text(words)}&{_back(back)}"


def _without_page(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if name not in _PAGE_WORDS}


@lru_cache(maxsize=64)
def _path(name: str, slug: str) -> str:
    return reverse(name, args=[slug])


@lru_cache(maxsize=256)
def _back(address: str) -> str:
    # A way back within a way back doubles its signs: the innermost ones are left out.
    while len(address) > _BACK_CHARACTERS_MAX and f"{BACK}=" in address:
        address = address.rpartition(f"&{BACK}=")[0]
    return urlencode({BACK: address}, safe="/")


def _row_words(asked: Asked, row: dict[str, Any]) -> dict[str, str] | None:
    """What names a row; empty for a total, None for a row that is a fact or has no name."""
    if is_total(row):
        return {}
    if asked.report.shape is Shape.REGISTER:
        return {DISCOUNT: str(row[DISCOUNT])}
    if asked.report.shape is Shape.LISTING:
        return None
    key = ACCOUNT if ACCOUNT in row else SERVICE
    if not row.get(key):
        return None
    words = {key: str(row[key])}
    if by := asked.conditions.by:
        words[BUCKET] = str(row[by])
    return words


def _narrowed(asked: Asked, condition: str, name: str, row: dict[str, Any]) -> str | None:
    """The same report of one account or service; None where it is of that one already."""
    value = row.get(name)
    if not value or getattr(asked.conditions, condition) == (value,):
        return None
    words = asked.conditions.wire() | {condition: [value]} | ({PARTNER: asked.partner} if asked.partner else {})
    return f"{_path('report', asked.report.slug)}?{query_text(words)}&{_back(report_address(asked))}"
