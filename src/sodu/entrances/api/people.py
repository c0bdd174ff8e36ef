"""What the API says of the caller."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from sodu.entrances.api.bodies import answered, no_words
from sodu.entrances.api.callers import caller_of
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.running import record as served
from sodu.people.accounts.models import Role, Token, User
from sodu.people.tenants.scope import scope_for
from sodu.render.language import translate
from sodu.values import limits
from sodu.values.text import Text


def me(request: HttpRequest) -> HttpResponse:
    """The caller: who, in which role, what they may see, and what the token may do."""
    no_words(request)
    caller = caller_of(request)
    return answered(request, _person(caller.user, reader(request).language) | {"token": _token(caller.token)})


def _person(user: User, language: str) -> dict[str, Any]:
    scope = scope_for(user)
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "role_label": translate(Text(Role(user.role).label), language),
        "partner": user.partner_id or None,
        "accounts": None if scope.accounts is None else list(scope.accounts),
        "language": language,
        "zone": served().zone,
        "limits": {
            "requests_a_minute": limits.API_REQUESTS_A_MINUTE_MAX,
            "rows_a_page": limits.PAGE_ROWS_DEFAULT,
            "rows_at_once": limits.EXPORT_STREAM_ROWS_MAX,
            "exports_waiting": limits.EXPORTS_WAITING_MAX,
            "export_days_kept": limits.EXPORT_DAYS_KEPT,
        },
    }


def _token(token: Token | None) -> dict[str, Any] | None:
    if token is None:
        return None
    return {
        "name": token.name,
        "may_export": token.may_export,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
    }
