"""People: who they are, what they may see, inviting and removing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.adapters import sends_mail
from sodu.entrances.web.reader import person as reader_person
from sodu.people.accounts.models import PROVIDER_ROLES, User
from sodu.people.audit.log import REFUSED, record
from sodu.people.tenants import invitations, rights
from sodu.values.errors import SoduError
from sodu.values.text import Message


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who is there, and who is invited."""
    user = reader_person(request)
    if not rights.may_see_people(user):
        raise Http404
    record(actor_of(request), "view", "people")
    return _page(request)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person, and what may be changed of them."""
    user, found = reader_person(request), _found(request, pk)
    record(actor_of(request), "view", f"people/{found.pk}")
    given = {"found": found, "roles": rights.roles_for(user), "provider_roles": PROVIDER_ROLES}
    may = rights.may_manage_people(user) and found.pk != user.pk
    accounts = [limit.account_id for limit in found.account_limits.order_by("account_id")]
    return render(request, "people/person.html", given | {"may": may, "accounts": accounts})


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link and show it once."""
    user = _managing(request)
    asked = request.POST
    try:
        whom = invitations.Invited(
            rights.email_of(asked.get("email", "")),
            asked.get("role", ""),
            asked.get("partner", ""),
            rights.accounts_of(asked.get("accounts", "")),
        )
        secret = invitations.invite(user, whom)
    except SoduError as error:
        record(actor_of(request), "invite", asked.get("email", ""), outcome=REFUSED)
        return _page(request, status=422, complaint=error.message, asked=asked)
    record(actor_of(request), "invite", whom.email, role=whom.role, partner=whom.partner_id)
    link = invitations.link(settings.CONFIGURATION.url, secret)
    if sends_mail():
        _send(request, whom.email, link)
    return _page(request, link=link, invited=whom.email, is_mailed=sends_mail())


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a link be good for nothing."""
    invitation = get_object_or_404(invitations.open_for(_managing(request)), pk=pk)
    invitations.withdraw(invitation)
    record(actor_of(request), "invitation-withdraw", invitation.email)
    return HttpResponseRedirect(reverse("people"))


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another role, at another partner where the provider says so."""
    role, partner = request.POST.get("role", ""), request.POST.get("partner", "")
    return _changed(request, pk, "role-change", lambda by, who: rights.change_role(by, who, role, partner), role=role)


@require_POST
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Limit to some accounts, or to none in particular."""
    text = request.POST.get("accounts", "")
    return _changed(
        request, pk, "account-limit", lambda by, who: rights.limit_to(by, who, rights.accounts_of(text)), accounts=text
    )


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take every way in away, at once."""
    return _changed(request, pk, "deactivate", rights.deactivate)


@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let in again."""
    return _changed(request, pk, "reactivate", rights.reactivate)


def _changed(
    request: HttpRequest, pk: int, action: str, change: Callable[[User, User], None], **detail: str
) -> HttpResponse:
    by = _managing(request)
    found = _found(request, pk)
    try:
        change(by, found)
    except SoduError as error:
        record(actor_of(request), action, found.email, outcome=REFUSED, **detail)
        messages.error(request, _said(error.message))
        return HttpResponseRedirect(reverse("person", args=[found.pk]))
    record(actor_of(request), action, found.email, **detail)
    return HttpResponseRedirect(reverse("person", args=[found.pk]))


def _said(message: Message) -> str:
    from django.utils.translation import get_language

    from sodu.render.language import say

    return say(message, (get_language() or "en")[:2])


def _managing(request: HttpRequest) -> User:
    """Who changes people; the page is not there for others."""
    user = reader_person(request)
    if not rights.may_manage_people(user):
        raise Http404
    return user


def _found(request: HttpRequest, pk: int) -> User:
    """One of the people that may be seen; others are not there."""
    found = get_object_or_404(rights.people_for(reader_person(request)), pk=pk)
    if found.is_provider and not reader_person(request).is_provider:
        raise Http404
    return found


def _shown(user: User, partner: str) -> QuerySet[User]:
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = rights.people_for(user).annotate(has_factor=Exists(factors), limit_count=Count("account_limits"))
    return found.filter(partner_id=partner) if partner and user.is_provider else found


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    user = reader_person(request)
    partner = request.GET.get("partner", "")
    given |= {
        "people": _shown(user, partner),
        "partner": partner if user.is_provider else "",
        "invitations": invitations.open_for(user),
        "roles": rights.roles_for(user),
        "may": rights.may_manage_people(user),
        "sends_mail": sends_mail(),
    }
    return render(request, "people/people.html", given, status=status)


def _send(request: HttpRequest, email: str, link: str) -> None:
    given = {"link": link, "by": reader_person(request)}
    subject = " ".join(render_to_string("people/mail_subject.txt", given, request).split())
    send_mail(subject, render_to_string("people/mail.txt", given, request), None, [email])
