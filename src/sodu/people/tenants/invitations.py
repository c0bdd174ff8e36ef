"""Links that let a person in, once: invitations of people, and the first operator's."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from sodu.people.accounts.models import Role, User
from sodu.people.tenants.models import Invitation
from sodu.values.errors import Refused
from sodu.values.limits import INVITATION_SECONDS_MAX, SIGN_IN_LINK_SECONDS_MAX
from sodu.values.text import mark as _

FIRST_OPERATOR = "operator@localhost.localdomain"


def first_operator_link(url: str) -> str | None:
    """A link for the first operator, where no operator has a way to sign in yet; else None."""
    if any(_can_sign_in(user) for user in User.objects.filter(role=Role.OPERATOR, is_active=True)):
        return None
    return f"{url}/join/{_invite(FIRST_OPERATOR, Role.OPERATOR, SIGN_IN_LINK_SECONDS_MAX)}"


def find(secret: str) -> Invitation:
    """The open invitation of a link; raises Refused where there is none."""
    found = Invitation.objects.filter(
        digest=_digest(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        raise Refused(_("this link was used, withdrawn or has expired; ask for another"))
    return found


def accept(secret: str, name: str = "", password: str | None = None) -> User:
    """Use the link up, and make its person (or find the one that the first operator's link made before)."""
    with transaction.atomic():
        invitation = find(secret)
        user = User.objects.filter(email__iexact=invitation.email).first()
        if user is None:
            user = User.objects.create_user(
                invitation.email, password, name=name, role=invitation.role, partner_id=invitation.partner_id
            )
            for account_id in invitation.accounts:
                user.account_limits.create(account_id=account_id)
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
    return user


def _invite(email: str, role: str, seconds: int = INVITATION_SECONDS_MAX) -> str:
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        email=email, role=role, digest=_digest(secret), expires_at=timezone.now() + timedelta(seconds=seconds)
    )
    return secret


def _can_sign_in(user: User) -> bool:
    from allauth.mfa.models import Authenticator

    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return user.has_usable_password() or passkeys.exists()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
