"""Saved views: kept questions, a person's own and those shared within the partner."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import ask
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.reader import person
from sodu.people.audit.log import record
from sodu.people.saved import keeping
from sodu.people.saved.models import View
from sodu.render.language import say
from sodu.reports.catalog import BY_SLUG
from sodu.values.text import Message, mark as _

_SAVED = _("Saved as “{name}”")
_UPDATED = _("“{name}” was given this view")


@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """The person's own views and those that colleagues share."""
    user = person(request)
    mine = Count("schedules", filter=Q(schedules__owner=user))
    found = [{"view": view, "report": BY_SLUG.get(view.slug)} for view in keeping.visible_to(user).annotate(mine=mine)]
    own = [each for each in found if each["view"].owner_id == user.pk]  # type: ignore[union-attr]
    shared = [each for each in found if each["view"].owner_id != user.pk]  # type: ignore[union-attr]
    return render(request, "saved/views.html", {"own": own, "shared": shared})


@require_POST
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a page's question under a name, and go on with the page."""
    query = request.GET.copy()
    for word in ("limit", "after"):
        query.pop(word, None)
    user, asked = person(request), ask(person(request), slug, query)
    kept = (slug, asked.query)
    view, is_new = keeping.save(user, request.POST.get("name", ""), kept, is_shared=_is_shared(request))
    _record(request, "save", view)
    said = Message(_SAVED if is_new else _UPDATED, {"name": view.name})
    messages.success(request, say(said, reader(request).language))
    return _to_report(view)


@require_safe
def open_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Lead to the report, asked as the view has it."""
    return _to_report(visible(request, view_id))


@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Another name; shared or not."""
    view = _own(request, view_id)
    keeping.change(view, request.POST.get("name", ""), is_shared=_is_shared(request))
    _record(request, "save", view)
    return HttpResponseRedirect(reverse("saved_views"))


@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view, its schedules with it."""
    view = _own(request, view_id)
    _record(request, "view-delete", view)
    view.delete()
    return HttpResponseRedirect(reverse("saved_views"))


def visible(request: HttpRequest, view_id: int) -> View:
    """A view that the person may open; any other one is not there."""
    found = keeping.visible_to(person(request)).filter(pk=view_id).first()
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, view_id: int) -> View:
    found = keeping.own(person(request), str(view_id))
    if found is None:
        raise Http404
    return found


def _to_report(view: View) -> HttpResponse:
    query = f"{view.query}&" if view.query else ""
    return HttpResponseRedirect(f"{reverse('report', args=[view.slug])}?{query}view={view.pk}")


def _is_shared(request: HttpRequest) -> bool:
    return request.POST.get("is_shared") == "yes"


def _record(request: HttpRequest, action: str, view: View) -> None:
    record(actor_of(request), action, view.slug, query=view.query, name=view.name, view=view.pk, shared=view.is_shared)
