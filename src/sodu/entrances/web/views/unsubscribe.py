"""The link in a mail by which a person leaves a schedule, without a sign-in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sodu.people.accounts.models import User
from sodu.people.audit.log import Actor, record
from sodu.people.saved.mailing import read_token
from sodu.people.saved.models import Schedule


@csrf_exempt  # Mail programs press the button themselves (RFC 8058); the link is signed.
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button, so that no scanner of mail presses it; leave when it is pressed."""
    read = read_token(token)
    if read is None:
        raise Http404
    schedule = Schedule.objects.filter(pk=read[0], recipients=read[1]).select_related("view").first()
    if request.method == "POST" and schedule is not None:
        user = User.objects.get(pk=read[1])
        schedule.recipients.remove(user)
        actor = Actor(user, str(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", ""))
        record(actor, "unsubscribe", schedule.view.slug, schedule=schedule.pk, name=schedule.view.name)
        schedule = None
    return render(request, "saved/unsubscribe.html", {"schedule": schedule})
