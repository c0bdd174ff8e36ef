"""Whether a person has the second factor that their role needs: one of their own, or one that their provider asked."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from sodu.people.accounts.models import User

_SESSION = "factor_by_provider"
_SEVERAL = {"mfa", "http://schemas.microsoft.com/claims/multipleauthn"}
_POSSESSION = {"otp", "hwk", "swk", "sc", "pop"}
_KNOWLEDGE = {"pwd", "pin", "fpt", "face", "iris"}
"""Words of RFC 8176 that providers say how somebody signed in with."""
_AMR = ("amr", "http://schemas.microsoft.com/claims/authnmethodsreferences")


def remember(request: HttpRequest, sociallogin: Any) -> None:
    """Keep with the session whether the provider that signed in asked for a second factor."""
    said = _methods(sociallogin.account.extra_data) if sociallogin else set()
    request.session[_SESSION] = bool(said & _SEVERAL or (said & _POSSESSION and said & _KNOWLEDGE))


def is_missing(request: HttpRequest) -> bool:
    """Whether this person must set a second factor up first."""
    user = request.user
    return (
        isinstance(user, User)
        and user.role in settings.CONFIGURATION.mfa_roles
        and not request.session.get(_SESSION, False)
        and not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
    )


def _methods(data: dict[str, Any]) -> set[str]:
    """What the provider says now of how it signed in: of OIDC the ID token, of SAML the attributes."""
    claims = data.get("id_token", data)
    found: set[str] = set()
    for name in _AMR:
        said = claims.get(name) or ()
        found |= {said} if isinstance(said, str) else {str(word) for word in said}
    return found
