"""What the pages about people need of templates: moments in the reader's zone, and how one can sign in here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.translation import get_language

from sodu.entrances.web import running
from sodu.entrances.web.adapters import sends_mail
from sodu.people.audit.actions import ACTIONS, OUTCOMES
from sodu.render.language import day
from sodu.values.text import Text

register = template.Library()

# Later ones are named by earlier ones too: the order tells them apart.
_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR"),
    ("Firefox", "Firefox"),
    ("Chrome", "(?:Headless)?Chrome"),
    ("Safari", "Version"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iOS", "iPhone"),
    ("iPadOS", "iPad"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> str:
    """An instant to the minute, in the reader's zone and way of writing hours."""
    if value is None:
        return ""
    reader = context.get("reader")
    local = value.astimezone(ZoneInfo(zone_of(reader)))
    hours = f"{local:%I:%M} {local:%p}" if reader and reader.time_format == "12" else f"{local:%H:%M}"
    return f"{day(local, (get_language() or 'en')[:2])} {hours}"


@register.simple_tag(takes_context=True)
def zone_shown(context: Context) -> str:
    """The zone that moments are shown in."""
    return zone_of(context.get("reader"))


def zone_of(reader: Any) -> str:
    """The reader's zone, or the reporting zone."""
    if reader and reader.zone:
        return str(reader.zone)
    return running.record().zone if running.is_ready() else str(UTC)


@register.simple_tag
def mail_is_sent() -> bool:
    """Whether a mail server is configured."""
    return sends_mail()


@register.filter
def action_text(name: str) -> Text | str:
    """What an action of the audit log is called."""
    return ACTIONS.get(name, name)


@register.filter
def outcome_text(name: str) -> Text | str:
    """What an outcome of the audit log is called."""
    return OUTCOMES.get(name, name)


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, in as few words as people use: its name, version and system; else its first words."""
    found = ((name, re.search(mark + r"/(\d+)", agent)) for name, mark in _BROWSERS)
    names = [f"{name} {version[1]}" for name, version in found if version]
    systems = [name for name, mark in _SYSTEMS if mark in agent]
    return " · ".join([*names[:1], *systems[:1]]) if names else agent[:40]


@register.filter
def input_type(field: Any) -> str:
    """What kind of input a form's field is."""
    return str(getattr(field.field.widget, "input_type", "text"))


@register.simple_tag
def described_by(field: Any) -> str:
    """The ids of what explains a form's field: its help and its errors."""
    ids = [f"{field.id_for_label}_help"] if field.help_text else []
    return " ".join(ids + ([f"{field.id_for_label}_errors"] if field.errors else []))
