"""What was loaded: the journal, each batch of it, and taking a batch out of what counts."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sodu.entrances import clock
from sodu.entrances.web import running
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.journal_rows import Asked, Entry, entries, entry
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.provider import operating, reading
from sodu.people.audit.log import REFUSED, record
from sodu.people.loads.models import Attempt, State
from sodu.render.language import say
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import PAGE_ROWS_DEFAULT
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import TABLES
from sodu.warehouse.withdraw import withdraw

_REFUSED_SHOWN = 5


@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    """The journal, newest first, a page at a time."""
    reading(request)
    serving, (asked, words) = running.record(), _asked(request)
    found = list(islice(entries(serving, asked, _number(request, "before")), PAGE_ROWS_DEFAULT + 1))
    shown, is_more = found[:PAGE_ROWS_DEFAULT], len(found) > PAGE_ROWS_DEFAULT
    record(actor_of(request), "view", "loads", query=urlencode(words))
    given: dict[str, Any] = {
        "entries": shown,
        "asked": words,
        "tables": TABLES,
        "head": serving.journal.head,
        "behind": serving.journal.head - serving.head,
        "is_first": "before" not in request.GET,
        "query": urlencode(words),
        "next": urlencode({**words, "before": shown[-1].seq}) if is_more else "",
        "refused": Attempt.objects.exclude(state=State.DONE).order_by("-pk")[:_REFUSED_SHOWN],
    }
    return render(request, "provider/loads.html", given)


@require_safe
def load_batch(request: HttpRequest, seq: int) -> HttpResponse:
    """One row of the journal, with all that it says."""
    reading(request)
    found = _entry(seq)
    record(actor_of(request), "view", f"loads/{seq}")
    return render(request, "provider/batch.html", {"entry": found})


@require_http_methods(["GET", "HEAD", "POST"])
def load_withdraw(request: HttpRequest, seq: int) -> HttpResponse:
    """Say what would change; on a press of the button, change it."""
    user = operating(request)
    found = _entry(seq)
    if not found.is_batch:
        raise Http404
    if request.method != "POST":
        return render(request, "provider/withdraw.html", {"entry": found})
    serving = running.record()
    try:
        row = withdraw(serving.home, seq, user.email, clock.now())
    except SoduError as error:
        reason = say(error.message, "en")
        record(actor_of(request), "withdraw", f"loads/{seq}", outcome=REFUSED, reason=reason)
        given = {"entry": _entry(seq), "complaint": error.message}
        return render(request, "provider/withdraw.html", given, status=422)
    serving.take_in()
    record(actor_of(request), "withdraw", f"loads/{seq}", row=row)
    done = Message(_("batch {seq} is withdrawn by row {row} of the journal"), {"seq": seq, "row": row})
    messages.success(request, say(done, reader(request).language))
    return HttpResponseRedirect(reverse("load_batch", args=[seq]))


def _entry(seq: int) -> Entry:
    found = entry(running.record(), seq)
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, str]]:
    words = {name: request.GET.get(name, "").strip() for name in ("table", "file", "day")}
    words = {name: text for name, text in words.items() if text}
    try:
        day = date.fromisoformat(words["day"]) if "day" in words else None
    except ValueError:
        raise WrongUsage(_("day: '{text}' is no day such as 2026-10-05"), text=words["day"]) from None
    return Asked(words.get("table", ""), words.get("file", ""), day), words


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
        raise WrongUsage(_("{name}: '{text}' is no number"), name=name, text=text)
    return int(text)
