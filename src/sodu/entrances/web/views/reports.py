"""The report pages."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import ask
from sodu.entrances.web.reader import person
from sodu.people.audit.log import record
from sodu.values.limits import PAGE_ROWS_DEFAULT


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What stands now, and what moved."""
    return render(request, "overview.html", {})


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report, as the query string asks it."""
    asked = ask(person(request), slug, request.GET)
    if asked.conditions.limit is None:
        asked = replace(asked, conditions=replace(asked.conditions, limit=PAGE_ROWS_DEFAULT))
    table = asked.answer()
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    record(actor_of(request), "view", slug, query=asked.query)
    return render(request, "report.html", {"asked": asked, "report": asked.report, "table": table, "rows": rows})
