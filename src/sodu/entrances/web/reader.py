"""Who reads a page: what they may see is `scope_for`'s to say, how they like it is said here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from sodu.people.accounts.models import User
from sodu.render.language import LANGUAGES


@dataclass(frozen=True)
class Reader:
    """How a person reads: language, signs in numbers, zone and hours of instants."""

    language: str = "en"
    number_style: str = "language"
    zone: str = ""
    """Empty for the reporting zone."""
    time_format: str = "24"


def reader_of(request: HttpRequest) -> Reader:
    """The reader of a request: by their settings, else by the cookie, else by what the browser asks for."""
    user = request.user
    if isinstance(user, User):
        language = user.language or asked_language(request)
        return Reader(language, user.number_style, user.zone, user.time_format)
    return Reader(asked_language(request))


def asked_language(request: HttpRequest) -> str:
    """The language of somebody unknown: the cookie's, or what the browser asks for."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = kept if kept in LANGUAGES else get_language_from_request(request)
    return language if language in LANGUAGES else LANGUAGES[0]


def person(request: HttpRequest) -> User:
    """Who is signed in; views behind a sign-in have one."""
    return cast("User", request.user)
