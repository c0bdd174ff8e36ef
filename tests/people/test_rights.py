"""Who invites, changes and removes whom; rights that change count at the next question."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sodu.people.accounts.models import Role, User
from sodu.people.tenants import invitations, rights
from sodu.people.tenants.invitations import Invited
from sodu.people.tenants.models import Invitation
from sodu.people.tenants.scope import scope_for
from sodu.values.errors import Refused, WrongUsage


def person(role: str, partner: str = "", name: str = "x") -> User:
    return User.objects.create_user(
        f"{name}-{role}@{partner.lower() or 'provider'}.example", role=role, partner_id=partner
    )


@pytest.fixture
def operator(db: None) -> User:
    return person(Role.OPERATOR)


@pytest.fixture
def admin(operator: User) -> User:
    return person(Role.PARTNER_ADMIN, "P")


def test_an_invited_person_comes_as_invited_and_the_link_counts_once(operator: User) -> None:
    secret = invitations.invite(operator, Invited("new@p.example", Role.PARTNER_MEMBER, "P", ("C1",)))
    assert secret not in str(Invitation.objects.values_list().get())
    user = invitations.accept(secret, "New", "a long sentence of mine")
    assert (user.role, user.partner_id, user.name) == (Role.PARTNER_MEMBER, "P", "New")
    assert scope_for(user).accounts == ("C1",)
    assert user.check_password("a long sentence of mine")
    with pytest.raises(Refused):
        invitations.accept(secret, "Again", "another long sentence")


def test_a_link_ends_by_time_by_withdrawal_and_by_a_newer_one(operator: User) -> None:
    first = invitations.invite(operator, Invited("new@p.example", Role.AUDITOR))
    second = invitations.invite(operator, Invited("new@p.example", Role.AUDITOR))
    with pytest.raises(Refused):
        invitations.find(first)
    found = invitations.find(second)
    invitations.withdraw(found)
    with pytest.raises(Refused):
        invitations.find(second)
    third = invitations.invite(operator, Invited("new@p.example", Role.AUDITOR))
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(Refused):
        invitations.find(third)


def test_a_partner_admin_gives_no_provider_role_and_no_other_partner(admin: User) -> None:
    for role in (Role.OPERATOR, Role.AUDITOR, "root", ""):
        with pytest.raises(WrongUsage):
            invitations.invite(admin, Invited("new@p.example", role, "P"))
    invitations.invite(admin, Invited("new@p.example", Role.PARTNER_ADMIN, "Q"))
    assert Invitation.objects.get().partner_id == "P"


def test_an_operators_link_renews_a_password_and_keeps_the_rest(operator: User, admin: User) -> None:
    secret = invitations.invite(operator, Invited(admin.email, Role.OPERATOR))
    user = invitations.accept(secret, "", "a long sentence of mine")
    assert user.pk == admin.pk
    assert user.role == Role.PARTNER_ADMIN
    assert user.check_password("a long sentence of mine")


def test_a_partner_admins_link_opens_nobodys_account(admin: User) -> None:
    other, own = person(Role.PARTNER_MEMBER, "Q"), person(Role.PARTNER_MEMBER, "P")
    with pytest.raises(Refused):
        invitations.invite(admin, Invited(own.email, Role.PARTNER_MEMBER))
    secret = invitations.invite(admin, Invited(other.email, Role.PARTNER_MEMBER))
    with pytest.raises(Refused):
        invitations.accept(secret, "", "a long sentence of mine")
    other.refresh_from_db()
    assert not other.check_password("a long sentence of mine")


def test_a_link_falls_with_the_rights_of_who_made_it(operator: User, admin: User) -> None:
    secret = invitations.invite(admin, Invited("new@p.example", Role.PARTNER_MEMBER))
    rights.change_role(operator, admin, Role.PARTNER_MEMBER, "P")
    with pytest.raises(Refused):
        invitations.find(secret)


def test_nobody_removes_themselves_nor_the_last_operator(operator: User, admin: User) -> None:
    with pytest.raises(Refused):
        rights.deactivate(operator, operator)
    second = person(Role.OPERATOR, name="second")
    rights.deactivate(operator, second)
    rights.reactivate(operator, second)
    operator.is_active = False
    operator.save()
    for change in (
        lambda: rights.deactivate(operator, second),
        lambda: rights.change_role(operator, second, Role.AUDITOR, ""),
    ):
        with pytest.raises(Refused):
            change()
        second.refresh_from_db()
        assert second.is_active
        assert second.role == Role.OPERATOR


def test_rights_that_change_count_at_the_next_question(operator: User) -> None:
    member = person(Role.PARTNER_MEMBER, "P")
    assert scope_for(member).partners == ("P",)
    rights.limit_to(operator, member, ("C1", "C2"))
    assert scope_for(member).accounts == ("C1", "C2")
    rights.change_role(operator, member, Role.PARTNER_MEMBER, "Q")
    assert (scope_for(member).partners, scope_for(member).accounts) == (("Q",), None)
    rights.change_role(operator, member, Role.AUDITOR, "")
    assert scope_for(member).partners is None
    rights.deactivate(operator, member)
    assert scope_for(member).partners == ()


def test_the_first_operators_link_is_there_until_one_can_sign_in(operator: User) -> None:
    link = invitations.first_operator_link("http://x")
    assert link is not None
    user = invitations.accept(link.rpartition("/")[2])
    assert user.email == invitations.FIRST_OPERATOR
    assert invitations.first_operator_link("http://x") is not None
    user.set_password("a long sentence of mine")
    user.save()
    assert invitations.first_operator_link("http://x") is None


def test_accounts_are_named_one_a_line_or_with_commas() -> None:
    assert rights.accounts_of(" a, b\nc\n\n a ") == ("a", "b", "c")
    with pytest.raises(WrongUsage):
        rights.accounts_of("x" * 129)
