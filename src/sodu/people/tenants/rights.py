"""Who manages whom: an operator everybody, a partner's admin the partner's people; and what is never allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from sodu.people.accounts.models import PROVIDER_ROLES, Role, User
from sodu.values.errors import Refused, WrongUsage
from sodu.values.limits import ACCOUNTS_ASKED_MAX, ID_CHARACTERS_MAX
from sodu.values.text import mark as _

PARTNER_ROLES = (Role.PARTNER_ADMIN, Role.PARTNER_MEMBER)


def may_see_people(user: User) -> bool:
    """Whether the list of people is there for this person."""
    return user.is_provider or user.is_partner_admin


def may_manage_people(user: User) -> bool:
    """Whether this person invites, changes and removes people."""
    return user.is_operator or user.is_partner_admin


def people_for(user: User) -> QuerySet[User]:
    """Whom this person may see: the provider's people all, a partner's admin the partner's, others none."""
    everybody = User.objects.order_by("partner_id", "email")
    if user.is_provider:
        return everybody
    return everybody.filter(partner_id=user.partner_id) if user.is_partner_admin else everybody.none()


def roles_for(user: User) -> tuple[Role, ...]:
    """The roles that this person may give."""
    if user.is_operator:
        return tuple(Role)
    return PARTNER_ROLES if user.is_partner_admin else ()


def placed(by: User | None, role: str, partner_id: str) -> tuple[Role, str]:
    """A role and the partner it is held at, as this person may give them (None: the machine's own command)."""
    allowed = tuple(Role) if by is None else roles_for(by)
    if role not in allowed:
        raise WrongUsage(_("role: '{role}' is none that you may give"), role=role)
    given = Role(role)
    if given in PROVIDER_ROLES:
        return given, ""
    partner_id = by.partner_id if by is not None and not by.is_provider else partner_id.strip()
    if not partner_id or len(partner_id) > ID_CHARACTERS_MAX:
        raise WrongUsage(_("partner: a partner's people need the id of their partner"))
    return given, partner_id


def accounts_of(text: str) -> tuple[str, ...]:
    """Ids of accounts, as they are typed: one a line, or with commas between."""
    accounts = dict.fromkeys(part.strip() for line in text.splitlines() for part in line.split(",") if part.strip())
    if len(accounts) > ACCOUNTS_ASKED_MAX or any(len(account) > ID_CHARACTERS_MAX for account in accounts):
        raise WrongUsage(_("accounts: at most {most} ids of accounts can be named"), most=ACCOUNTS_ASKED_MAX)
    return tuple(accounts)


def change_role(by: User, person: User, role: str, partner_id: str) -> None:
    """Give another role; limits to accounts fall away where the partner changes."""
    given, partner = placed(by, role, partner_id or person.partner_id)
    with _another(by, person):
        if person.partner_id != partner:
            person.account_limits.all().delete()
        person.role, person.partner_id = given, partner
        person.save(update_fields=["role", "partner_id"])


def limit_to(by: User, person: User, accounts: tuple[str, ...]) -> None:
    """Limit a partner's person to some accounts, or (none) to all of the partner's."""
    if person.is_provider and accounts:
        raise WrongUsage(_("accounts: the provider's people see all accounts"))
    with _another(by, person):
        person.account_limits.all().delete()
        for account_id in accounts:
            person.account_limits.create(account_id=account_id)


def deactivate(by: User, person: User) -> None:
    """Take every way in away: the person is signed out at once, and their tokens are good for nothing."""
    from allauth.usersessions.models import UserSession

    with _another(by, person):
        person.is_active = False
        person.save(update_fields=["is_active"])
        for session in UserSession.objects.filter(user=person):
            session.end()


def reactivate(by: User, person: User) -> None:
    """Let the person in again, as they were."""
    with _another(by, person):
        person.is_active = True
        person.save(update_fields=["is_active"])


def email_of(text: str) -> str:
    """An address, valid and in lower case."""
    from django.core.validators import validate_email

    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not email or len(email) > 254:
        raise WrongUsage(_("email: '{text}' is no address such as an@example.com"), text=text.strip()[:254])
    return email


@contextmanager
def _another(by: User, person: User) -> Iterator[None]:
    """Change somebody else, all or nothing; an operator who can act is left over."""
    if by.pk == person.pk:
        raise Refused(_("nobody changes their own rights; ask another admin"))
    was_operator = person.is_operator
    operators = User.objects.filter(role=Role.OPERATOR, is_active=True)
    with transaction.atomic():
        if was_operator:
            # All of them, in one order: of two who take each other's rights, the second sees what the first did.
            list(operators.select_for_update().order_by("pk"))
        yield
        if was_operator and not operators.exists():
            raise Refused(_("this is the last operator; invite another one first"))
