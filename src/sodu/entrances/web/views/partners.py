"""The provider's partners, and ways to see the portal as each of them."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.web import running
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.provider import reading
from sodu.people.accounts.models import User
from sodu.people.audit.log import record
from sodu.reports.catalog import REPORTS
from sodu.reports.partners import partners as all_partners
from sodu.values.folding import fold

_SHOWN = ("credit-total", "revenue-by-account")
"""The reports that each partner's row leads to."""


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner, with how many accounts and people it has."""
    reading(request)
    serving = running.record()
    asked = request.GET.get("q", "").strip()
    words = fold(asked).split()
    counted = User.objects.filter(is_active=True).exclude(partner_id="").values_list("partner_id")
    people = dict(counted.annotate(Count("pk")).order_by())
    found = all_partners(serving.engine, serving.known())
    shown = [
        {"partner": each, "people": people.get(each.id, 0)}
        for each in found
        if all(word in fold(f"{each.name} {each.id}") for word in words)
    ]
    record(actor_of(request), "view", "partners")
    reports = [report for report in REPORTS if report.slug in _SHOWN]
    given = {"partners": shown, "count": len(found), "asked": asked, "reports": reports}
    return render(request, "provider/partners.html", given)
