"""Personal tokens of the API."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.reader import person
from sodu.people.accounts import tokens as personal
from sodu.people.audit.log import record
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import TOKEN_DAYS_MAX
from sodu.values.text import Message, mark as _

DAYS = (7, 30, 90, TOKEN_DAYS_MAX)


@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator, unused-ignore]
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens; issue another, after who asks has shown again that it is they."""
    if request.method == "GET":
        return _page(request)
    name = request.POST.get("name", "")
    may_export = "may_export" in request.POST
    try:
        days = _whole(request.POST.get("days", ""))
        secret = personal.issue(person(request), name, days, may_export)
    except SoduError as error:
        return _page(request, complaint=error.message, name=name, status=422)
    record(actor_of(request), "token-issue", name.strip(), days=days, may_export=may_export)
    return _page(request, secret=secret)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one of one's tokens be good for nothing."""
    token = get_object_or_404(personal.of(person(request)), pk=pk)
    personal.revoke(token)
    record(actor_of(request), "token-revoke", token.name)
    return HttpResponseRedirect(reverse("tokens"))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise WrongUsage(_("days: a token lives from 1 to {most} days"), most=TOKEN_DAYS_MAX)
    return int(text)


def _page(
    request: HttpRequest, secret: str = "", complaint: Message | None = None, name: str = "", status: int = 200
) -> HttpResponse:
    given = {
        "tokens": personal.of(person(request)),
        "now": timezone.now(),
        "secret": secret,
        "complaint": complaint,
        "name": name,
        "days": DAYS,
    }
    return render(request, "settings/tokens.html", given, status=status)
