"""`sodu invite`: what only the machine's owner may do."""

from __future__ import annotations

import argparse
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from sodu.entrances.commands import invite
from sodu.people.accounts.models import Role, User
from sodu.people.audit.models import Event
from sodu.people.tenants import invitations
from sodu.values.errors import Refused, WrongUsage


def linked(email: str, **given: Any) -> str:
    asked = {"email": email, "role": None, "partner": "", "account": [], "forget_factors": False} | given
    return str(invite._linked(argparse.Namespace(**asked)))


def test_a_link_lets_anybody_in_as_anything(db: None) -> None:
    said = linked("An@P.example", role="partner_member", partner="P", account=["C1"])
    user = invitations.accept(said.rpartition("/")[2], "An", "a long sentence of mine")
    assert (user.email, user.role, user.partner_id) == ("an@p.example", Role.PARTNER_MEMBER, "P")
    assert Event.objects.filter(action="invite", object="an@p.example").exists()


def test_a_person_who_is_there_needs_no_role_and_may_lose_their_factors(db: None) -> None:
    user = User.objects.create_user("an@p.example", role=Role.PARTNER_MEMBER, partner_id="P")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    said = linked("an@p.example")
    assert Authenticator.objects.exists()
    assert invitations.accept(said.rpartition("/")[2], "", "a long sentence of mine").pk == user.pk
    linked("an@p.example", forget_factors=True)
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(action="factor-remove", object="an@p.example").exists()


def test_what_is_asked_wrongly_is_refused(db: None) -> None:
    for email, given in (
        ("x", {"role": "operator"}),
        ("x@y.example", {}),
        ("x@y.example", {"role": "root"}),
        ("x@y.example", {"role": "partner_admin"}),
    ):
        with pytest.raises(WrongUsage):
            linked(email, **given)
    with pytest.raises(Refused):
        linked("x@y.example", role="operator", forget_factors=True)
