"""Personal tokens: shown once, found by their secret alone, good while their person is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sodu.people.accounts import tokens
from sodu.people.accounts.models import Role, Token, User
from sodu.values.errors import WrongUsage
from sodu.values.limits import TOKEN_DAYS_MAX


@pytest.fixture
def an(db: None) -> User:
    return User.objects.create_user("an@p.example", role=Role.PARTNER_MEMBER, partner_id="P")


def test_a_token_is_found_by_its_secret_and_only_a_digest_is_kept(an: User) -> None:
    secret = tokens.issue(an, "job", 30)
    found = tokens.find(secret)
    assert found is not None
    assert found.user == an
    assert not found.may_export
    kept = " ".join(str(value) for value in Token.objects.values_list().get())
    assert secret.rpartition("_")[2] not in kept
    assert len(secret.split("_", 2)[2]) >= 43  # 256 bits in base 64


@pytest.mark.parametrize(
    "wrong", ["", "sodu", "sodu_", "sodu__", "sodu_0000000000000000_x", "nothing", "\udcff", "sodu_é_x"]
)
def test_what_is_no_token_is_none(an: User, wrong: str) -> None:
    tokens.issue(an, "job")
    assert tokens.find(wrong) is None


def test_a_changed_secret_is_none(an: User) -> None:
    secret = tokens.issue(an, "job")
    other = tokens.issue(an, "other")
    assert tokens.find(secret[:-1] + ("A" if secret[-1] != "A" else "B")) is None
    assert tokens.find(secret[:22] + other[22:]) is None
    assert tokens.find(f"{secret} ") is None


def test_revoked_expired_and_deactivated_are_none_at_once(an: User) -> None:
    secret, expired = tokens.issue(an, "job"), tokens.issue(an, "old")
    Token.objects.filter(name="old").update(expires_at=timezone.now())
    assert tokens.find(expired) is None
    an.is_active = False
    an.save()
    assert tokens.find(secret) is None
    an.is_active = True
    an.save()
    found = tokens.find(secret)
    assert found is not None
    tokens.revoke(found)
    assert tokens.find(secret) is None
    assert list(tokens.of(an).values_list("name", flat=True)) == ["old"]


def test_the_last_use_is_written_once_a_minute_at_most(an: User) -> None:
    secret = tokens.issue(an, "job")
    tokens.find(secret)
    first = Token.objects.get().last_used_at
    tokens.find(secret)
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    tokens.find(secret)
    assert Token.objects.get().last_used_at > first


@pytest.mark.parametrize(
    ("days", "is_right"), [(0, False), (1, True), (TOKEN_DAYS_MAX, True), (TOKEN_DAYS_MAX + 1, False)]
)
def test_a_token_lives_from_a_day_to_a_year(an: User, days: int, is_right: bool) -> None:
    if is_right:
        assert tokens.find(tokens.issue(an, "job", days))
    else:
        with pytest.raises(WrongUsage):
            tokens.issue(an, "job", days)


def test_a_token_has_a_name(an: User) -> None:
    for name in ("", "  ", "x" * 129):
        with pytest.raises(WrongUsage):
            tokens.issue(an, name)
