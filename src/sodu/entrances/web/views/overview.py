"""The overview: what stands now, what moved, and what needs a look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.middleware.packing import packed
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.overview_page import Overview, Words, overview_of
from sodu.entrances.web.reader import person
from sodu.entrances.web.report_page import manner_of
from sodu.people.audit.log import recorded
from sodu.render.language import Manner
from sodu.render.page_periods import capital, frame_label, period_words
from sodu.values.period import Period


@require_safe
@packed
def overview(request: HttpRequest) -> HttpResponse:
    """What stands now, and what moved, for one reader."""
    words, manner = Words.of(request.GET), manner_of(reader(request))
    found = overview_of(person(request), words, manner)
    with recorded(actor_of(request), "view", "overview", query=words.address().partition("?")[2]):
        return _page(request, found, words, manner)


def _page(request: HttpRequest, found: Overview, words: Words, manner: Manner) -> HttpResponse:
    header = found.statement.header
    period = Period(header.period_start, header.period_end)
    context = {
        "overview": found,
        "words": words,
        "period": capital(period_words(period, manner)),
        "frame": frame_label(words.period, manner),
        "is_over": header.period_over,
        "through": manner.instant(found.data_through) if found.data_through else "",
        "zone": manner.zone,
        "without_partner": words.address(partner=""),
        "known": header.known,
    }
    return render(request, "overview.html", context)
