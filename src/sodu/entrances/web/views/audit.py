"""The audit log, for who may read it; and everybody's own sign-ins."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.web import running
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.reader import person
from sodu.people.accounts.models import User
from sodu.people.audit.actions import ACTIONS, OWN_SIGN_INS
from sodu.people.audit.log import events_for, record
from sodu.people.audit.models import Event
from sodu.people.tenants.rights import may_see_people
from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _

_ROWS = 100
FILTERS = ("person", "action", "day")
HEADER = (
    "id",
    "at",
    "email",
    "partner",
    "action",
    "object",
    "query",
    "outcome",
    "address",
    "agent",
    "request",
    "detail",
)


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what: newest first, a page at a time."""
    user = _auditing(request)
    asked = _asked(request)
    found = _filtered(events_for(user), asked)
    before = request.GET.get("before", "")
    if before:
        found = found.filter(pk__lt=_key(before))
    rows = list(found[: _ROWS + 1])
    record(actor_of(request), "view", "audit", query=urlencode(asked))
    given: dict[str, Any] = {
        "events": rows[:_ROWS],
        "asked": asked,
        "actions": ACTIONS,
        "query": urlencode(asked),
        "next": urlencode(asked | {"before": rows[_ROWS - 1].pk}) if len(rows) > _ROWS else "",
        "is_first": not before,
    }
    return render(request, "audit/audit.html", given)


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows, all of them, as a file."""
    asked = _asked(request)
    found = _filtered(events_for(_auditing(request)), asked)
    record(actor_of(request), "export", "audit", query=urlencode(asked))
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """One's own sign-ins, and what somebody tried in one's name."""
    found = Event.objects.filter(user=person(request), action__in=OWN_SIGN_INS).order_by("-pk")
    return render(request, "settings/sign_ins.html", {"events": found[:_ROWS]})


def _auditing(request: HttpRequest) -> User:
    user = person(request)
    if not may_see_people(user):
        raise Http404
    return user


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name].strip() for name in FILTERS if request.GET.get(name, "").strip()}


def _filtered(events: QuerySet[Event], asked: dict[str, str]) -> QuerySet[Event]:
    if "person" in asked:
        events = events.filter(email__icontains=asked["person"])
    if "action" in asked:
        events = events.filter(action=asked["action"])
    if "day" in asked:
        begins = datetime.combine(_day(asked["day"]), time(), _zone()).astimezone(UTC)
        ends = datetime.combine(_day(asked["day"]) + timedelta(1), time(), _zone()).astimezone(UTC)
        events = events.filter(at__gte=begins, at__lt=ends)
    return events


def _zone() -> ZoneInfo:
    """Days are cut in the reporting zone, here too."""
    return ZoneInfo(running.record().zone)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(_("day: '{text}' is no day such as 2026-10-31"), text=text) from None
    if not date(1970, 1, 2) <= found <= date(9999, 12, 30):
        raise WrongUsage(_("day: '{text}' is no day such as 2026-10-31"), text=text)
    return found


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise WrongUsage(_("before: '{text}' is no number of an event"), text=text)
    return int(text)


def _lines(events: QuerySet[Event]) -> Iterator[str]:
    """Lines of CSV as they are asked for; a text that a spreadsheet would compute is written as a text."""
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    yield "\ufeff"
    write(HEADER)
    for event in events.iterator(chunk_size=1000):
        write([_cell(value) for value in _row(event)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _row(event: Event) -> tuple[str, ...]:
    at = event.at.astimezone(UTC).isoformat()
    who = (event.email, event.partner_id, event.action, event.object, event.query, event.outcome)
    detail = json.dumps(event.detail, ensure_ascii=False, sort_keys=True) if event.detail else ""
    return (str(event.pk), at, *who, event.address, event.agent, event.request_id, detail)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
