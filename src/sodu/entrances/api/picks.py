"""What a caller may ask about: accounts and services within their scope, looked for whatever case and diacritics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from sodu.entrances.api.bodies import answered, no_words
from sodu.entrances.api.callers import caller_of
from sodu.entrances.api.reports import by
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import PARTNER, query_text
from sodu.entrances.web.running import record as served
from sodu.people.audit.log import record
from sodu.people.tenants.scope import scope_for
from sodu.reports.choices import Choice, Choices, choices, search
from sodu.values.errors import WrongUsage
from sodu.values.limits import PAGE_ROWS_DEFAULT, PICK_ROWS_MAX
from sodu.values.text import mark as _

PARAMETERS = ("q", "limit", "after", PARTNER)


def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that the caller may ask about, by id."""
    return _picked(request, "accounts", _choices(request).accounts, "type")


def services(request: HttpRequest) -> HttpResponse:
    """The services that the caller's facts name, by id."""
    return _picked(request, "services", _choices(request).services, "product_group")


def _choices(request: HttpRequest) -> Choices:
    no_words(request, PARAMETERS)
    scope = scope_for(caller_of(request).user, request.GET.get(PARTNER) or None)
    serving = served()
    return choices(serving.engine, serving.known(), scope)


def _picked(request: HttpRequest, name: str, among: Sequence[Choice], kind: str) -> HttpResponse:
    asked, after, limit = request.GET.get("q", ""), request.GET.get("after", ""), _limit(request.GET.get("limit"))
    found, count = search(among, asked, len(among))
    ordered = sorted((choice for choice in found if choice.id > after), key=lambda choice: choice.id)
    page = ordered[:limit]
    rows: list[dict[str, Any]] = [{"id": choice.id, "name": choice.name, kind: choice.kind or None} for choice in page]
    more = page[-1].id if len(ordered) > limit else None
    record(actor_of(request), "api", name, query=query_text(dict(request.GET.items())), rows=len(rows), **by(request))
    return answered(request, {name: rows, "count": count, "next": more})


def _limit(text: str | None) -> int:
    if not text:
        return PAGE_ROWS_DEFAULT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= PICK_ROWS_MAX):
        raise WrongUsage(_("limit: '{text}' is no whole number from 1 to {most}"), text=text, most=PICK_ROWS_MAX)
    return int(text)
