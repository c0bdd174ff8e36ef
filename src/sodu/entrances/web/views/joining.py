"""How people come in: by a link that counts once, by single sign-on, with a password that was forgotten."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from allauth.account.views import password_reset as reset_by_mail
from allauth.socialaccount.providers.openid_connect.views import login as openid_connect
from allauth.socialaccount.providers.saml.views import login as saml
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.adapters import sends_mail
from sodu.people.accounts.models import User
from sodu.people.audit.log import Actor, record
from sodu.people.tenants import invitations
from sodu.people.tenants.models import Invitation
from sodu.render.language import LANGUAGES

_LANGUAGE_SECONDS = 365 * 24 * 60 * 60


class _Joining(forms.Form):
    """A name and a password."""

    name = forms.CharField(max_length=128)
    password = forms.CharField(max_length=4096, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._person = person
        if person.pk:
            del self.fields["name"]

    def clean(self) -> dict[str, object]:
        """The password's rules know the name that is given with it."""
        cleaned = dict(super().clean() or {})
        self._person.name = str(cleaned.get("name", self._person.name))
        if "password" in cleaned:
            try:
                get_adapter().clean_password(cleaned["password"], user=self._person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who is let in; only a press of the button uses the link up, so that no mail scanner does."""
    invitation = invitations.find(secret)
    at_once = invitations.signs_in_at_once(invitation)
    form = None if at_once else _Joining(request.POST or None, person=_person_of(invitation))
    if request.method == "GET" or (form is not None and not form.is_valid()):
        given = {"invitation": invitation, "form": form, "is_known": form is not None and "name" not in form.fields}
        return render(request, "join.html", given)
    answers = form.cleaned_data if form is not None else {}
    user = invitations.accept(secret, answers.get("name", ""), answers.get("password"))
    if request.user.is_authenticated:
        logout(request)
    by = actor_of(request)
    record(Actor(user, by.address, by.agent, by.request_id), "join", invitation.role)
    answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=reverse("overview"))
    if form is not None and request.user.is_authenticated:
        # Who has just chosen a password need not show it again to set a factor up.
        reauthenticate_by_password(request)
    return answer


def _person_of(invitation: Invitation) -> User:
    """Who is let in: somebody who is there, or somebody to be."""
    return User.objects.filter(email=invitation.email).first() or User(email=invitation.email)


@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """allauth's own page, where mail is sent; else a page that says whom to ask."""
    if not sends_mail():
        return render(request, "account/password_reset.html", {})
    answer: HttpResponse = reset_by_mail(request)
    return answer


@require_http_methods(["GET", "POST"])
def by_openid_connect(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider of OpenID Connect."""
    return _leaving(request, openid_connect(request, provider_id))


@require_http_methods(["GET", "POST"])
def by_saml(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Lead to an identity provider of SAML."""
    return _leaving(request, saml(request, organization_slug=organization_slug))


def _leaving(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A page that leads on: the policy lets a form be sent here alone, and browsers hold redirects to it too."""
    if not isinstance(answer, HttpResponseRedirect):
        return answer
    page = render(request, "socialaccount/login_redirect.html", {"redirect_to": answer.url})
    page.cookies.update(answer.cookies)
    return page


def closed(_request: HttpRequest, **_given: str) -> HttpResponse:
    """What of allauth is not there: signing up, addresses of one's own, connecting a provider by oneself."""
    raise Http404


def no_password(request: HttpRequest) -> HttpResponse:
    """Choosing a first password; not for who signs in by single sign-on."""
    from allauth.account.views import password_set

    user = request.user
    if isinstance(user, User) and invitations.signs_in_elsewhere(user):
        raise Http404
    answer: HttpResponse = password_set(request)
    return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language: kept in a cookie, and with the person where one is signed in."""
    asked = request.POST.get("language", "")
    place = request.POST.get("next", "")
    is_own = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    answer = HttpResponseRedirect(place if is_own else reverse("overview"))
    if asked in LANGUAGES:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=_LANGUAGE_SECONDS,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        if isinstance(request.user, User):
            request.user.language = asked
            request.user.save(update_fields=["language"])
    return answer
