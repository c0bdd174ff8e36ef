"""Who calls: the person of a bearer token, or, for reading alone, whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import translation

from sodu.entrances.api.problems import Problem
from sodu.entrances.api.rates import Window
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.reader import Reader
from sodu.people.accounts import tokens
from sodu.people.accounts.models import Token, User
from sodu.people.audit.log import REFUSED, record
from sodu.render.language import LANGUAGES
from sodu.values.limits import API_REFUSALS_A_MINUTE_MAX, API_REQUESTS_A_MINUTE_MAX
from sodu.values.text import Message, Text, mark as _

ASKED = Window("asked", API_REQUESTS_A_MINUTE_MAX)
"""What each token or person asked."""
TRIED = Window("tried", API_REFUSALS_A_MINUTE_MAX)
"""What each address tried with tokens that are none."""
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Caller:
    """A person, and the token that they came with."""

    user: User
    token: Token | None

    @property
    def name(self) -> str:
        """What requests are counted by."""
        return f"token {self.token.pk}" if self.token else f"person {self.user.pk}"


def caller(request: HttpRequest) -> Caller:
    """Who calls; raises Problem where nobody does who may, or where they call too often."""
    found = _of_token(request) or _of_session(request)
    if found is None:
        raise _refusal(_("Send a personal token in the header: Authorization: Bearer …"))
    if seconds := ASKED.count(found.name):
        raise _too_many(seconds, ASKED.most)
    return found


def admitted(request: HttpRequest) -> Caller:
    """The caller, who is from now on the request's person, and in whose language it is answered."""
    found = caller(request)
    request.user = found.user
    request.caller = found  # type: ignore[attr-defined]
    structlog.contextvars.bind_contextvars(user=found.user.pk, partner=found.user.partner_id)
    if found.token:
        _read_as(request, found.user)
    return found


def caller_of(request: HttpRequest) -> Caller:
    """The caller who was admitted."""
    found: Caller = request.caller  # type: ignore[attr-defined]
    return found


def _of_token(request: HttpRequest) -> Caller | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    address = str(request.META.get("REMOTE_ADDR", ""))
    if seconds := TRIED.is_spent(address):
        raise _too_many(seconds, TRIED.most)
    scheme, _blank, secret = header.partition(" ")
    token = tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        TRIED.count(address)
        request.user = AnonymousUser()
        record(actor_of(request), "api", request.path, outcome=REFUSED, reason="token")
        raise _refusal(_("This token is unknown, was revoked, or has expired"), error="invalid_token")
    return Caller(token.user, token)


def _of_session(request: HttpRequest) -> Caller | None:
    user = request.user
    if isinstance(user, User) and user.is_active and request.method in _READING:
        return Caller(user, None)
    return None


def _read_as(request: HttpRequest, user: User) -> None:
    """The language that the request asks for, else that of the person."""
    asked = request.reader  # type: ignore[attr-defined]
    language = asked.language
    if user.language in LANGUAGES and not request.headers.get("Accept-Language"):
        language = user.language
    request.reader = Reader(language, user.number_style, user.zone, user.time_format)  # type: ignore[attr-defined]
    translation.activate(language)


def _refusal(detail: Text, error: str = "") -> Problem:
    header = 'Bearer realm="Sodu"' + (f', error="{error}"' if error else "")
    return Problem(401, Message(detail), {"WWW-Authenticate": header})


def _too_many(seconds: int, most: int) -> Problem:
    said = Message(_("At most {most} requests a minute; try again in {seconds} s"), {"most": most, "seconds": seconds})
    return Problem(429, said, {"Retry-After": str(seconds)})
