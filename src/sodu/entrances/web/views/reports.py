"""The report pages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import PARTNER, Asked, ask, way_back
from sodu.entrances.web.chips import Chips
from sodu.entrances.web.middleware.packing import packed
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.picking import Words, picked
from sodu.entrances.web.reader import person
from sodu.entrances.web.report_frame import Frame
from sodu.entrances.web.report_page import answered, manner_of
from sodu.entrances.web.running import record as served
from sodu.people.accounts.models import User
from sodu.people.audit.log import REFUSED, record, recorded
from sodu.people.tenants.scope import scope_for
from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.choices import Choices, choices
from sodu.values.errors import WrongUsage
from sodu.values.limits import PAGE_ROWS_COMPARED, PAGE_ROWS_DEFAULT

_CONDITION = {"accounts": "account", "services": "service", "partners": PARTNER}


@require_safe
@packed
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report, as the query string asks it; a part of the page where htmx asks for one."""
    declared, words, is_part = report_of(slug), Words.of(request.GET), bool(request.htmx)  # type: ignore[attr-defined]
    chosen = picked(declared, words)
    if chosen and not is_part:
        return HttpResponseRedirect(f"{request.path}{chosen.address}")
    words = chosen or words
    template = "report/part.html" if is_part else "report.html"
    frame = Frame(declared, words, manner_of(reader(request)), way_back(request.GET))
    asked: Asked | None = None
    try:
        asked = _asked(request, slug, words)
        found = answered(asked, words, frame.manner)
    except WrongUsage as error:
        record(actor_of(request), "view", slug, query=words.text, outcome=REFUSED)
        context = frame.refused(_choices(person(request), asked), asked, error.message)
        return _placed(request, words, render(request, template, context, status=400))
    with recorded(actor_of(request), "view", slug, query=asked.query):
        context = frame.shown(found, _choices(person(request), asked))
        return _placed(request, words, render(request, template, context))


def _placed(request: HttpRequest, words: Words, response: HttpResponse) -> HttpResponse:
    """The answer with the address that htmx is to show: the question's, not the form's."""
    response.headers["HX-Push-Url"] = f"{request.path}{words.address if words.values else ''}"
    return response


@require_safe
@packed
def condition(request: HttpRequest, slug: str) -> HttpResponse:
    """The chip that the words name, open, for the place where it was closed."""
    words = Words.of(request.GET)
    asked: Asked | None = None
    with suppress(WrongUsage):
        asked = _asked(request, slug, words)
    frame = Frame(report_of(slug), words, manner_of(reader(request)), None)
    opened = frame.opened(_choices(person(request), asked), asked)
    if opened is None:
        raise Http404
    return render(request, "report/opened.html", opened)


@require_safe
@packed
def found_choices(request: HttpRequest, what: str) -> HttpResponse:
    """Accounts, services or partners that a text is found in, as boxes or links of a chip."""
    words = Words.of(request.GET)
    # Partners are looked for among all of them, whichever one is looked at.
    partner = words.one(PARTNER) if what != "partners" else ""
    may_choose = choices(served().engine, served().known(), scope_for(person(request), partner or None))
    chip = Chips(REPORTS[0], words, manner_of(reader(request)), may_choose).found(_CONDITION[what])
    return render(request, "report/found.html", {"chip": chip})


def _asked(request: HttpRequest, slug: str, words: Words) -> Asked:
    asked = ask(person(request), slug, words.asked())
    if asked.conditions.limit is None:
        # A row of a comparison is four times as wide.
        rows = PAGE_ROWS_COMPARED if asked.conditions.compare else PAGE_ROWS_DEFAULT
        return replace(asked, conditions=replace(asked.conditions, limit=rows))
    return asked


def _choices(user: User, asked: Asked | None) -> Choices:
    """What there is to choose from in the scope asked for; in all that the person may see, where that is none."""
    engine, known = served().engine, served().known()
    try:
        return choices(engine, known, asked.scope if asked else scope_for(user))
    except WrongUsage:
        return choices(engine, known, scope_for(user))
