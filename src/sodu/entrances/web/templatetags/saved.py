"""What templates of kept things need: counts, sizes and times as the reader writes them, and what is ready."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.http import HttpRequest
from django.template import Context

from sodu.entrances.web import running
from sodu.entrances.web.asking import query_text
from sodu.entrances.web.middleware.people import reader
from sodu.people.saved import keeping
from sodu.people.saved.models import View
from sodu.people.saved.questions import without_page
from sodu.render import formats
from sodu.render.language import Manner
from sodu.values.limits import EXPORT_STREAM_ROWS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.settings import Settings

register = template.Library()
_CHOICES = (
    ("xlsx", "format=xlsx", None),
    ("csv", "format=csv", None),
    ("csv", "format=csv&bom=yes", _("CSV for Excel")),
    ("parquet", "format=parquet", None),
    ("json", "format=json", None),
)
_UNITS = ("B", "kB", "MB", "GB", "TB")


@register.simple_tag(takes_context=True)
def counted(context: Context, value: int | None) -> str:
    """A whole number with its digits in groups."""
    return "" if value is None else _manner(context["request"]).number(value)


@register.simple_tag(takes_context=True)
def sized(context: Context, value: int | None) -> str:
    """A count of bytes, in the unit that makes it short."""
    size, unit = Decimal(value or 0), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{_manner(context['request']).number(size, 0 if unit == 0 or size >= 100 else 1)} {_UNITS[unit]}"


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime | None) -> str:
    """An instant in the reader's zone, to the minute."""
    if value is None:
        return ""
    to_the_second = _manner(context["request"]).instant(value.replace(tzinfo=None))
    return re.sub(r"(:[0-9]{2}):[0-9]{2}", r"\1", to_the_second)


@register.simple_tag(takes_context=True)
def day_of(context: Context, value: datetime | None) -> str:
    """The day of an instant in the reader's zone."""
    if value is None:
        return ""
    manner = _manner(context["request"])
    return manner.day(value.astimezone(ZoneInfo(manner.zone)).date())


@register.simple_tag(takes_context=True)
def zone_shown(context: Context) -> str:
    """The zone that instants are shown in."""
    return _manner(context["request"]).zone


@register.simple_tag
def kept_query(query: str, **more: Any) -> str:
    """A question's text without its page, and further words behind it."""
    return "&".join(part for part in (without_page(query), query_text(more)) if part)


@register.simple_tag
def export_choices() -> list[dict[str, str]]:
    """The files that a report can be had as."""
    return [
        {
            "label": formats.by_slug(slug).label if label is None else label,
            "words": words,
            "suffix": formats.by_slug(slug).suffix,
        }
        for slug, words, label in _CHOICES
    ]


@register.simple_tag
def is_large(rows: int) -> bool:
    """Whether so many rows are exported in the background."""
    return rows > EXPORT_STREAM_ROWS_MAX


@register.simple_tag(takes_context=True)
def opened_view(context: Context) -> View | None:
    """The saved view that this page was opened from, where there is one and it is the person's own."""
    request = context["request"]
    return keeping.own(request.user, request.GET.get("view", ""))


def _manner(request: HttpRequest) -> Manner:
    found = reader(request)
    zone = found.zone or (running.record().zone if running.is_ready() else Settings.read().zone)
    return Manner(found.language, found.number_style, zone, found.time_format)
