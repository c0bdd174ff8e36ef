"""Personal tokens of the API: issued once, found by their secret, revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from sodu.people.accounts.models import Token, User
from sodu.values.errors import WrongUsage
from sodu.values.limits import TOKEN_DAYS_MAX
from sodu.values.text import mark as _

PREFIX = "sodu"
_PUBLIC_BYTES, _SECRET_BYTES = 8, 32
_USED_SECONDS = 60
"""How often the last use is written down, at most."""
_NOBODY = "0" * 64
"""Compared with where there is no token, so that an unknown one takes as long as a wrong one."""


def issue(user: User, name: str, days: int = TOKEN_DAYS_MAX, may_export: bool = False) -> str:
    """A new token's secret, which is shown now and never again."""
    name = name.strip()
    if not name or len(name) > 128:
        raise WrongUsage(_("name: a token needs a name of at most 128 characters"))
    if not 1 <= days <= TOKEN_DAYS_MAX:
        raise WrongUsage(_("days: a token lives from 1 to {most} days"), most=TOKEN_DAYS_MAX)
    public, secret = secrets.token_hex(_PUBLIC_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    user.tokens.create(
        name=name,
        public=public,
        digest=_digest(secret),
        may_export=may_export,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return f"{PREFIX}_{public}_{secret}"


def find(secret: str) -> Token | None:
    """The token of a secret, if it is good now and its person may sign in; else None."""
    prefix, _mark, rest = secret.partition("_")
    public, _mark, own = rest.partition("_")
    now = timezone.now()
    token = None
    if prefix == PREFIX and public and own and public.isascii():
        token = Token.objects.select_related("user").filter(public=public).first()
    is_right = hmac.compare_digest(token.digest if token else _NOBODY, _digest(own))
    if token is None or not is_right or token.revoked_at or token.expires_at <= now or not token.user.is_active:
        return None
    # One statement that says its own condition: two requests at once write the moment once.
    before = now - timedelta(seconds=_USED_SECONDS)
    Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before), pk=token.pk).update(last_used_at=now)
    return token


def revoke(token: Token) -> None:
    """Let the token be good for nothing from now on."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])


def of(user: User) -> QuerySet[Token]:
    """A person's tokens that were not revoked, newest first."""
    return Token.objects.filter(user=user, revoked_at=None).order_by("-created_at")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
