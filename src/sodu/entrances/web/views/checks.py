"""Whether the record is what it should be: the last check, and starting another."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sodu.entrances.web import running
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.provider import operating, reading
from sodu.people.audit.log import record
from sodu.people.loads.attempts import inspect
from sodu.people.loads.kept_texts import message_of
from sodu.people.loads.models import Inspection
from sodu.people.servers import presence

_QUICK_SECONDS = 3
_KEPT = 20


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest) -> HttpResponse:
    """What the last check found; a press of the button starts one in the background."""
    reading(request)
    if request.method == "POST":
        operating(request)
        _begin(request)
        return HttpResponseRedirect(reverse("checks"))
    made = list(Inspection.objects.order_by("-pk").select_related("user")[:_KEPT])
    last = made[0] if made else None
    findings = [
        {"name": message_of(each["name"]), "ok": each["ok"], "detail": message_of(each["detail"])}
        for each in (last.findings if last else [])
    ]
    if not request.headers.get("HX-Request"):
        record(actor_of(request), "view", "checks")
    given = {
        "last": last,
        "findings": findings,
        "broken": sum(not each["ok"] for each in findings),
        "earlier": [{"made": each, "broken": sum(not found["ok"] for found in each.findings)} for each in made[1:]],
    }
    return render(request, "provider/checks.html", given)


def _begin(request: HttpRequest) -> None:
    actor, serving = actor_of(request), running.record()
    try:
        with transaction.atomic():
            inspection = Inspection.objects.create(user=actor.user, runner=presence.me())
    except IntegrityError:
        return  # one runs already
    running.beside("check", lambda: inspect(inspection, serving, actor)).join(_QUICK_SECONDS)
