"""Who may come to the provider's pages: operators change the record, auditors read, nobody else knows of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from sodu.entrances.web.reader import person
from sodu.people.accounts.models import User


def reading(request: HttpRequest) -> User:
    """One of the provider's people; for anybody else there is no such page."""
    user = person(request)
    if not user.is_provider:
        raise Http404
    return user


def operating(request: HttpRequest) -> User:
    """An operator; for anybody else there is no such page."""
    user = reading(request)
    if not user.is_operator:
        raise Http404
    return user
