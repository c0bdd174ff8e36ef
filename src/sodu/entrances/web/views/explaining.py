"""What explains a figure, and the charts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances import clock
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import Asked, ask, way_back
from sodu.entrances.web.charting import charted
from sodu.entrances.web.leading import address_of, report_address, rows_address
from sodu.entrances.web.middleware.packing import packed
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.reader import person
from sodu.entrances.web.report_page import manner_of
from sodu.entrances.web.running import record as served
from sodu.people.audit.log import REFUSED, record, recorded
from sodu.render.explanation_page import Leads, explanation_page
from sodu.reports.explain import explain, place_of
from sodu.reports.explained import WORDS, Explanation
from sodu.values.errors import WrongUsage

_QUERY_CHARACTERS_KEPT = 2000


@require_safe
@packed
def explained(request: HttpRequest, slug: str) -> HttpResponse:
    """One figure of a report: its formula, its rows, the batches that they came from."""
    with _refusal_told(request, "explain", slug):
        asked, words = _asked(request, slug)
        made = explain(place_of(asked.report, asked.conditions, words), asked.scope, served(), clock.now())
    with recorded(actor_of(request), "explain", slug, query=asked.query, **words):
        return _page(request, asked, made)


def _page(request: HttpRequest, asked: Asked, made: Explanation) -> HttpResponse:
    manner = manner_of(reader(request))
    here = request.get_full_path()
    leads = Leads(
        figure=lambda there: address_of(there, asked.partner, here),
        rows=lambda rows_slug, conditions: rows_address(rows_slug, conditions, asked.partner, here),
    )
    context: dict[str, Any] = {
        "asked": asked,
        "made": made,
        "page": explanation_page(made, manner, leads),
        "back": way_back(request.GET) or report_address(asked),
        "zone": manner.zone,
    }
    return render(request, "explain.html", context)


@contextmanager
def _refusal_told(request: HttpRequest, action: str, slug: str) -> Iterator[None]:
    """Write down what is refused, too."""
    try:
        yield
    except WrongUsage:
        asked = request.META.get("QUERY_STRING", "")[:_QUERY_CHARACTERS_KEPT]
        record(actor_of(request), action, slug, query=asked, outcome=REFUSED)
        raise


def _asked(request: HttpRequest, slug: str) -> tuple[Asked, dict[str, str]]:
    """The question, and the words for the figure beside it."""
    query: QueryDict = request.GET.copy()
    words = {name: query.get(name, "") for name in WORDS if query.get(name)}
    for name in WORDS:
        query.pop(name, None)
    return ask(person(request), slug, query), words


@require_safe
@packed
def chart(request: HttpRequest, slug: str) -> HttpResponse:
    """The chart of a report's question: a part of a page where htmx asks for it, else a page of its own."""
    with _refusal_told(request, "view", slug):
        asked = ask(person(request), slug, request.GET)
        shown = charted(asked, manner_of(reader(request)))
    template = "chart_part.html" if request.htmx else "chart.html"  # type: ignore[attr-defined]
    with recorded(actor_of(request), "view", slug, query=asked.query, chart=True):
        return render(request, template, {"asked": asked, "chart": shown})
