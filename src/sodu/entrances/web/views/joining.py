"""Links that let a person in, once."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sodu.entrances.web.actor import actor_of
from sodu.people.audit.log import record
from sodu.people.tenants import invitations


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who is let in; only a press of the button uses the link up, so that no mail scanner does."""
    invitation = invitations.find(secret)
    if request.method == "GET":
        return render(request, "join.html", {"invitation": invitation})
    user = invitations.accept(secret)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    record(actor_of(request), "join", invitation.email)
    return HttpResponseRedirect(reverse("overview"))
