"""Who asks: their language and session, that they are signed in, and that they have the second factor they need."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from sodu.entrances.web import second_factor
from sodu.entrances.web.middleware.requests import Respond
from sodu.entrances.web.reader import Reader, reader_of
from sodu.people.accounts.models import User
from sodu.values.limits import SESSION_IDLE_SECONDS, SESSION_NOTED_SECONDS, SESSION_SECONDS_MAX

_PUBLIC_PREFIXES = (
    "/static/",
    "/api/",
    "/join/",
    "/unsubscribe/",
    "/accounts/password/reset/",
    "/accounts/oidc/",
    "/accounts/saml/",
    "/accounts/3rdparty/login/",
)
_PUBLIC = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/mcp",
    "/language",
    "/robots.txt",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/inactive/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/webauthn/login/",
)
"""Pages without a sign-in: the API and /mcp ask for a token, /metrics for its own; allauth's own begin a sign-in."""

_WITHOUT_FACTOR_PREFIXES = ("/static/", "/join/", "/unsubscribe/", "/accounts/2fa/")
_WITHOUT_FACTOR = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/language",
    "/robots.txt",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/inactive/",
)
"""What somebody reaches who must set a second factor up first: that, the way out, and what is public anyway."""

_CLIENT = "client"
_BY_TOKEN_PREFIX, _BY_TOKEN = "/api/", "/mcp"


class ReaderMiddleware:
    """Ends sessions that are too old or were left alone, and gives the request its reader and language."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        if request.user.is_authenticated:
            self._age(request)
        reader = reader_of(request)
        request.reader = reader  # type: ignore[attr-defined]
        user = request.user
        if isinstance(user, User):
            structlog.contextvars.bind_contextvars(user=user.pk, partner=user.partner_id)
        with translation.override(reader.language):
            response = self._respond(request)
        response.headers.setdefault("Content-Language", reader.language)
        return response

    @staticmethod
    def _age(request: HttpRequest) -> None:
        now = time.time()
        began = request.session.setdefault("began", now)
        seen = request.session.get("seen", now)
        user = request.user
        if now - began > SESSION_SECONDS_MAX or now - seen > SESSION_IDLE_SECONDS or not user.is_active:
            logout(request)
        elif now - seen > SESSION_NOTED_SECONDS or "seen" not in request.session:
            request.session["seen"] = now


class ActivityMiddleware:
    """Keeps the list of a person's sessions: from where each is used, and when it was last, to the minute."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; written down is only what is new, since a write to disk takes longer than many a page."""
        if request.user.is_authenticated and request.session.session_key:
            client = [request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", "")]
            *known, at = request.session.get(_CLIENT, [0])
            if known != client or time.time() - at > SESSION_NOTED_SECONDS:
                request.session[_CLIENT] = [*client, time.time()]
                UserSession.objects.create_from_request(request)
        return self._respond(request)


def reader(request: HttpRequest) -> Reader:
    """The reader that the middleware found."""
    found: Reader = request.reader  # type: ignore[attr-defined]
    return found


class SignedInMiddleware:
    """Every page asks for a sign-in but those that are named as public."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the sign-in page and back."""
        if request.user.is_authenticated or request.path in _PUBLIC or request.path.startswith(_PUBLIC_PREFIXES):
            return self._respond(request)
        asked = request.get_full_path() if request.method == "GET" else reverse("overview")
        return _to(request, f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': asked})}")


class SecondFactorMiddleware:
    """People whose role needs a second factor set one up before they see anything."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the page where factors are set up."""
        if not second_factor.is_missing(request):
            return self._respond(request)
        if is_by_token(request.path):
            # A token is asked for there; a session that lacks its factor counts as none.
            request.user = AnonymousUser()
            return self._respond(request)
        if request.path in _WITHOUT_FACTOR or request.path.startswith(_WITHOUT_FACTOR_PREFIXES):
            return self._respond(request)
        return _to(request, reverse("mfa_index"))


def is_by_token(path: str) -> bool:
    """Whether programs ask there, which send a token."""
    return path.startswith(_BY_TOKEN_PREFIX) or path == _BY_TOKEN


def _to(request: HttpRequest, place: str) -> HttpResponse:
    """Lead there, the whole page even where a part was asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": place})
    return HttpResponseRedirect(place)
