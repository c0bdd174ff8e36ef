"""Schedules: a view sent by mail once the data of a day, week or month is through."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sodu.entrances import clock
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.reader import person
from sodu.entrances.web.running import record as served
from sodu.entrances.web.views.saved_views import visible
from sodu.people.audit.log import record
from sodu.people.saved import delivering, scheduling
from sodu.people.saved.models import Frequency, Schedule, View
from sodu.render.formats import by_slug
from sodu.reports.catalog import BY_SLUG
from sodu.values.text import mark as _

_DELIVERIES_SHOWN = 200
_ATTACHED = [("", _("A link alone")), *((slug, by_slug(slug).label) for slug in scheduling.ATTACHED if slug)]


@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    """The person's own schedules, and those of others that send to them."""
    user = person(request)
    own = user.schedules.select_related("view").prefetch_related("recipients").order_by("view__name", "pk")
    others = user.subscriptions.exclude(owner=user).select_related("view", "owner").order_by("view__name", "pk")
    context = {
        "own": [_described(schedule) for schedule in own],
        "others": [_described(schedule) for schedule in others],
        "mail": delivering.is_set_up(),
    }
    return render(request, "saved/schedules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, view_id: int) -> HttpResponse:
    """Schedule a view."""
    view, user = visible(request, view_id), person(request)
    if request.method == "POST":
        made = scheduling.make(user, view, served(), clock.now(), _chosen(request))
        _record(request, "schedule", made)
        return HttpResponseRedirect(reverse("schedule", args=[made.pk]))
    context = _form(request, view) | {"chosen": {"frequency": "monthly", "attaches": "", "people": {user.pk}}}
    return render(request, "saved/schedule_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """One schedule: what it sends to whom, and what was sent."""
    found = _own(request, schedule_id)
    if request.method == "POST":
        scheduling.change(found, served(), clock.now(), _chosen(request))
        _record(request, "schedule", found)
        return HttpResponseRedirect(reverse("schedule", args=[found.pk]))
    deliveries = found.deliveries.select_related("recipient").order_by("-pk")[:_DELIVERIES_SHOWN]
    people = set(found.recipients.values_list("pk", flat=True))
    context = (
        _form(request, found.view)
        | _described(found)
        | {
            "deliveries": deliveries,
            "chosen": {"frequency": found.frequency, "attaches": found.attaches, "people": people},
        }
    )
    return render(request, "saved/schedule.html", context)


@require_POST
def pause(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Send nothing for now."""
    found = _own(request, schedule_id)
    scheduling.pause(found)
    return _changed(request, "schedule-pause", found)


@require_POST
def resume(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Send again."""
    found = _own(request, schedule_id)
    scheduling.resume(found, served(), clock.now())
    return _changed(request, "schedule-resume", found)


@require_POST
def delete(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Send no more."""
    found = _own(request, schedule_id)
    _record(request, "schedule-delete", found)
    found.delete()
    return HttpResponseRedirect(reverse("schedules"))


@require_POST
def leave(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Be sent no more of somebody's schedule."""
    user = person(request)
    found = user.subscriptions.filter(pk=schedule_id).first()
    if found is None:
        raise Http404
    found.recipients.remove(user)
    _record(request, "unsubscribe", found)
    return HttpResponseRedirect(reverse("schedules"))


def _form(request: HttpRequest, view: View) -> dict[str, Any]:
    return {
        "view": view,
        "kept": BY_SLUG.get(view.slug),
        "frequencies": Frequency.choices,
        "attached": _ATTACHED,
        "people": scheduling.possible_recipients(person(request)),
        "mail": delivering.is_set_up(),
        "zone": served().zone,
    }


def _described(schedule: Schedule) -> dict[str, Any]:
    return {
        "schedule": schedule,
        "view": schedule.view,
        "kept": BY_SLUG.get(schedule.view.slug),
        "next": scheduling.next_period(schedule, served(), clock.now()),
        "format": by_slug(schedule.attaches) if schedule.attaches else None,
        "more": schedule.recipients.count() - 1,
        "failed": schedule.deliveries.filter(outcome__in=("failed", "refused")).count(),
        "last": schedule.deliveries.filter(outcome="sent").order_by("-at").first(),
    }


def _chosen(request: HttpRequest) -> dict[str, object]:
    return {
        "frequency": request.POST.get("frequency", ""),
        "attaches": request.POST.get("attaches", ""),
        "recipients": [int(text) for text in request.POST.getlist("recipients") if text.isascii() and text.isdigit()],
    }


def _own(request: HttpRequest, schedule_id: int) -> Schedule:
    found = person(request).schedules.select_related("view", "owner").filter(pk=schedule_id).first()
    if found is None:
        raise Http404
    return found


def _changed(request: HttpRequest, action: str, schedule: Schedule) -> HttpResponse:
    _record(request, action, schedule)
    return HttpResponseRedirect(reverse("schedule", args=[schedule.pk]))


def _record(request: HttpRequest, action: str, schedule: Schedule) -> None:
    people = list(schedule.recipients.values_list("email", flat=True))
    view = schedule.view
    words: dict[str, Any] = {"frequency": schedule.frequency, "attaches": schedule.attaches, "recipients": people}
    record(actor_of(request), action, view.slug, query=view.query, schedule=schedule.pk, name=view.name, **words)
