"""Links that let a person in, once: invitations of people, and the first operator's."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sodu.people.accounts.models import Role, User
from sodu.people.tenants.models import Invitation
from sodu.people.tenants.rights import may_manage_people, placed, roles_for
from sodu.values.errors import Refused
from sodu.values.limits import INVITATION_SECONDS_MAX, SIGN_IN_LINK_SECONDS_MAX
from sodu.values.text import mark as _

FIRST_OPERATOR = "operator@localhost.localdomain"


@dataclass(frozen=True)
class Invited:
    """Whom a link is for, and as what they come."""

    email: str
    role: str
    partner_id: str = ""
    accounts: tuple[str, ...] = ()


def first_operator_link(url: str) -> str | None:
    """A link for the first operator, where no operator has a way to sign in yet; else None."""
    if any(_can_sign_in(user) for user in User.objects.filter(role=Role.OPERATOR, is_active=True)):
        return None
    return link(url, _written(None, Invited(FIRST_OPERATOR, Role.OPERATOR), SIGN_IN_LINK_SECONDS_MAX))


def link(url: str, secret: str) -> str:
    """The address that a secret stands in."""
    return f"{url}/join/{secret}"


def invite(by: User | None, whom: Invited) -> str:
    """The secret of a new link, in place of older ones to the same address; `by` None is the machine's own command.

    An operator's link lets somebody who is there already choose a new password. Nobody else's does.
    """
    role, partner_id = placed(by, whom.role, whom.partner_id)
    accounts = whom.accounts if partner_id else ()
    person = User.objects.filter(email=whom.email).first()
    if person and not person.is_active and _reaches(by, person):
        raise Refused(_("{email} is deactivated; reactivate the person instead"), email=whom.email)
    if person and by is not None and by.is_partner_admin and person.partner_id == by.partner_id:
        raise Refused(_("{email} is among your people already; the provider can send a new link"), email=whom.email)
    with transaction.atomic():
        open_for(by).filter(email=whom.email).update(withdrawn_at=timezone.now())
        return _written(by, Invited(whom.email, role, partner_id, accounts))


def open_for(by: User | None) -> QuerySet[Invitation]:
    """The open invitations that this person may see."""
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    found = found.order_by("-created_at").select_related("invited_by")
    if by is None or by.is_provider:
        return found
    return found.filter(partner_id=by.partner_id) if by.is_partner_admin else found.none()


def withdraw(invitation: Invitation) -> None:
    """Let the link be good for nothing."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])


def find(secret: str) -> Invitation:
    """The open invitation of a link; raises Refused where there is none."""
    found = open_for(None).filter(digest=_digest(secret)).first()
    if found is None or not _stands(found):
        raise Refused(_("this link was used, withdrawn or has expired; ask for another"))
    return found


def signs_in_at_once(invitation: Invitation) -> bool:
    """Whether the link asks for no password: the first operator's."""
    return invitation.email == FIRST_OPERATOR and invitation.invited_by_id is None


def accept(secret: str, name: str = "", password: str | None = None) -> User:
    """Use the link up: make its person, or give the one who is there the new password; a second factor stays."""
    with transaction.atomic():
        # Of two who use one link at once, the second waits and finds it used.
        Invitation.objects.select_for_update().filter(digest=_digest(secret)).first()
        invitation = find(secret)
        user = _taken(invitation, name, password)
        if password is not None and not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
    return user


def accept_by_address(email: str) -> User | None:
    """The person of an open invitation to an address that single sign-on vouches for; they get no password."""
    with transaction.atomic():
        list(Invitation.objects.select_for_update().filter(email=email.lower()).order_by("pk"))
        invitation = open_for(None).filter(email=email.lower()).first()
        if invitation is None or not _stands(invitation) or signs_in_at_once(invitation):
            return None
        return _taken(invitation, "", None)


def _taken(invitation: Invitation, name: str, password: str | None) -> User:
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(
            invitation.email, password, name=name, role=invitation.role, partner_id=invitation.partner_id
        )
        for account_id in invitation.accounts:
            user.account_limits.create(account_id=account_id)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return user


def _stands(invitation: Invitation) -> bool:
    """Whether who invited may still do so, and whom: rights changed since count here too."""
    by, person = invitation.invited_by, User.objects.filter(email=invitation.email).first()
    if by is not None:
        is_theirs = by.is_operator or by.partner_id == invitation.partner_id
        if not by.is_active or not may_manage_people(by) or invitation.role not in roles_for(by) or not is_theirs:
            return False
    if person is None:
        return True
    return person.is_active and (by is None or by.is_operator) and not signs_in_elsewhere(person)


def signs_in_elsewhere(user: User) -> bool:
    """Whether single sign-on is this person's way in: then no password is."""
    from allauth.socialaccount.models import SocialAccount

    is_connected: bool = SocialAccount.objects.filter(user=user).exists()
    return is_connected


def _reaches(by: User | None, person: User) -> bool:
    return by is None or by.is_operator or by.partner_id == person.partner_id


def _written(by: User | None, whom: Invited, seconds: int = INVITATION_SECONDS_MAX) -> str:
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        email=whom.email,
        role=whom.role,
        partner_id=whom.partner_id,
        accounts=list(whom.accounts),
        invited_by=by,
        digest=_digest(secret),
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )
    return secret


def _can_sign_in(user: User) -> bool:
    from allauth.mfa.models import Authenticator

    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return user.has_usable_password() or passkeys.exists() or signs_in_elsewhere(user)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
