"""Joining, signing in, settings, people and tokens, as their pages do it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache

from sodu.entrances.configuration import MailServer
from sodu.people.accounts import tokens
from sodu.people.accounts.models import Role, User
from sodu.people.audit.models import Event
from sodu.people.tenants import invitations
from sodu.people.tenants.invitations import Invited
from tests.portal.homes import Portal

PASSWORD = "a long sentence of mine"  # noqa: S105


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def mails(settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, smtp=MailServer("localhost", 25))


def text_of(answer: object) -> str:
    return answer.content.decode()


def test_joining_by_a_link(portal: Portal) -> None:
    operator = portal.person("operator")
    secret = invitations.invite(operator, Invited("moi@p.example", Role.PARTNER_MEMBER, "P"))
    anyone = portal.anyone()
    shown = text_of(anyone.get(f"/join/{secret}"))
    assert "operator invites you as Partner member." in shown
    weak = anyone.post(f"/join/{secret}", {"name": "Mới", "password": "short"})
    assert "too short" in text_of(weak)
    assert "required" in text_of(anyone.post(f"/join/{secret}", {"name": "", "password": PASSWORD}))
    answer = anyone.post(f"/join/{secret}", {"name": "Mới", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert anyone.get("/").status_code == 200
    assert User.objects.get(email="moi@p.example").name == "Mới"
    assert anyone.get(f"/join/{secret}").status_code == 422
    assert list(Event.objects.filter(email="moi@p.example").values_list("action", flat=True))[:2] == ["join", "sign-in"]


def test_the_first_operators_link_signs_in_at_once(portal: Portal) -> None:
    link = invitations.first_operator_link("")
    anyone = portal.anyone()
    assert anyone.get(link).status_code == 200
    assert anyone.get("/").status_code == 302
    assert anyone.post(link).headers["Location"] == "/"
    assert "choose one before you sign out" in text_of(anyone.get("/settings"))


def test_a_renewed_password_still_asks_for_the_second_factor(portal: Portal) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    member = portal.person("partner_member", "P")
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    secret = invitations.invite(portal.person("operator"), Invited(member.email, Role.PARTNER_MEMBER, "P"))
    anyone = portal.anyone()
    answer = anyone.post(f"/join/{secret}", {"password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert anyone.get("/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_read_the_same(portal: Portal) -> None:
    member = portal.person("partner_member", "P")
    answers = []
    for email in (member.email, "nobody@p.example"):
        answer = portal.anyone().post("/accounts/login/", {"login": email, "password": "wrong and wrong"})
        answers.append(re.sub(r'value="[^"]*"', "", text_of(answer)))
    assert answers[0] == answers[1]
    assert "not correct" in answers[0]
    failed = Event.objects.filter(action="sign-in", outcome="failed")
    assert set(failed.values_list("email", "user")) == {(member.email, member.pk), ("nobody@p.example", None)}


def test_tries_are_limited(portal: Portal) -> None:
    member = portal.person("partner_member", "P")
    member.set_password(PASSWORD)
    member.save()
    for _ in range(12):
        answer = portal.anyone().post("/accounts/login/", {"login": member.email, "password": "wrong"})
    assert "Too many failed login attempts" in text_of(answer)
    answer = portal.anyone().post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert answer.status_code == 200


def test_a_deactivated_person_is_out_at_the_next_request(portal: Portal) -> None:
    operator, member = portal.as_("operator"), portal.as_("partner_member", "P")
    secret = tokens.issue(member.person, "job")
    member.get("/settings")
    assert UserSession.objects.filter(user=member.person).count() == 1
    assert operator.post(f"/people/{member.person.pk}/deactivate").status_code == 302
    assert member.get("/settings").headers["Location"].startswith("/accounts/login/")
    assert tokens.find(secret) is None
    assert not UserSession.objects.filter(user=member.person).exists()
    operator.post(f"/people/{member.person.pk}/reactivate")
    assert tokens.find(secret) is not None
    assert member.get("/settings").status_code == 302


def test_a_changed_role_counts_at_the_next_request(portal: Portal) -> None:
    operator, admin = portal.as_("operator"), portal.as_("partner_admin", "P")
    assert admin.get("/people").status_code == 200
    operator.post(f"/people/{admin.person.pk}/role", {"role": "partner_member", "partner": "P"})
    assert admin.get("/people").status_code == 404
    operator.post(f"/people/{admin.person.pk}/accounts", {"accounts": "C1"})
    shown = text_of(admin.get("/reports/credit-total", {"period": "2026-10"}))
    assert "C1" in shown
    assert "C2" not in shown


def test_others_people_are_as_unknown_ones(portal: Portal) -> None:
    admin = portal.as_("partner_admin", "P")
    foreign = [portal.person("partner_member", "Q").pk, portal.person("operator").pk]
    unknown = text_of(admin.get("/people/999999"))
    for pk in foreign:
        assert text_of(admin.get(f"/people/{pk}")) == unknown
        for change in ("role", "accounts", "deactivate", "reactivate"):
            answer = admin.post(f"/people/{pk}/{change}", {"role": "partner_member"})
            assert answer.status_code == 404
    assert "@q.example" not in text_of(admin.get("/people?partner=Q"))
    assert "operator" not in re.sub(r"<nav.*?</nav>", "", text_of(admin.get("/people")), flags=re.DOTALL)


@pytest.mark.parametrize(("role", "partner"), [("auditor", ""), ("partner_member", "P")])
def test_who_manages_nobody_changes_nobody(portal: Portal, role: str, partner: str) -> None:
    client, other = portal.as_(role, partner), portal.person("partner_member", "P", ("C1",))
    for change in ("role", "accounts", "deactivate", "reactivate"):
        assert client.post(f"/people/{other.pk}/{change}", {"role": "operator"}).status_code == 404
    assert client.post("/people/invite", {"email": "x@p.example", "role": "partner_member"}).status_code == 404
    assert client.get("/people").status_code == (200 if role == "auditor" else 404)


def test_a_link_is_shown_once_and_mailed(portal: Portal, mails: None) -> None:
    admin = portal.as_("partner_admin", "P")
    answer = admin.post("/people/invite", {"email": "Moi@P.example", "role": "partner_member", "accounts": "C1, C2"})
    link = re.search(r"http://[^\"]+/join/[\w-]+", text_of(answer))
    assert link is not None
    assert link.group() in mail.outbox[0].body
    assert mail.outbox[0].to == ["moi@p.example"]
    assert link.group() not in text_of(admin.get("/people"))
    invitation = invitations.open_for(admin.person).get()
    assert invitation.accounts == ["C1", "C2"]
    assert portal.as_("partner_admin", "Q").post(f"/people/invitations/{invitation.pk}/withdraw").status_code == 404
    admin.post(f"/people/invitations/{invitation.pk}/withdraw")
    assert not invitations.open_for(admin.person).exists()


def test_a_wrong_invitation_is_told_and_kept_on_the_page(portal: Portal) -> None:
    answer = portal.as_("operator").post("/people/invite", {"email": "no address", "role": "auditor"})
    assert answer.status_code == 422
    assert "is no address such as" in text_of(answer)
    assert 'value="no address"' in text_of(answer)


def test_settings_keep_how_one_reads_and_nothing_else(portal: Portal) -> None:
    member = portal.as_("partner_member", "P")
    sent = {"name": "Ân", "language": "vi", "number_style": "space", "time_format": "12", "zone": "Europe/Paris"}
    sent |= {
        "theme": "dark",
        "density": "compact",
        "role": "operator",
        "partner_id": "",
        "is_active": "",
        "email": "x@y.z",
    }
    assert member.post("/settings", sent).status_code == 302
    kept = User.objects.get(pk=member.person.pk)
    assert (kept.name, kept.language, kept.zone, kept.theme, kept.shortcuts) == (
        "Ân",
        "vi",
        "Europe/Paris",
        "dark",
        False,
    )
    assert (kept.role, kept.partner_id, kept.email) == ("partner_member", "P", member.person.email)
    assert member.post("/settings", sent | {"zone": "Mars/Base"}).status_code == 422


def test_the_language_is_chosen_without_a_sign_in(portal: Portal) -> None:
    anyone = portal.anyone()
    answer = anyone.post("/language", {"language": "vi", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    assert 'lang="vi"' in text_of(anyone.get("/accounts/login/"))
    assert anyone.post("/language", {"language": "vi", "next": "//evil.example"}).headers["Location"] == "/"
    assert anyone.get("/language").status_code == 405


def test_a_token_asks_who_one_is_and_is_shown_once(portal: Portal) -> None:
    member = portal.as_("partner_member", "P")
    member.person.set_password(PASSWORD)
    member.person.save()
    member.force_login(member.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = {"name": "job", "days": "30"}
    answer = member.post("/settings/tokens", asked)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    answer = member.post(answer.headers["Location"], {"password": PASSWORD, "next": "/settings/tokens"})
    secret = re.search(r"sodu_[0-9a-f]{16}_[\w-]{43}", text_of(answer))
    assert secret is not None
    assert tokens.find(secret.group()) is not None
    assert secret.group() not in text_of(member.get("/settings/tokens"))
    token = tokens.of(member.person).get()
    assert portal.as_("operator").post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    member.post(f"/settings/tokens/{token.pk}/revoke")
    assert tokens.find(secret.group()) is None


def test_a_forgotten_password_needs_mail(portal: Portal) -> None:
    page = text_of(portal.anyone().get("/accounts/password/reset/"))
    assert "sends no mail" in page
    assert portal.anyone().post("/accounts/password/reset/", {"email": "x@p.example"}).status_code == 200
    assert not mail.outbox


def test_a_forgotten_password_by_mail_tells_nobody_who_is_here(portal: Portal, mails: None) -> None:
    member = portal.person("partner_member", "P")
    member.set_password(PASSWORD)
    member.save()
    places = set()
    for email in (member.email, "nobody@p.example"):
        places.add(portal.anyone().post("/accounts/password/reset/", {"email": email}).headers["Location"])
    assert places == {"/accounts/password/reset/done/"}
    assert [message.to for message in mail.outbox] == [[member.email], ["nobody@p.example"]]
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
    anyone = portal.anyone()
    place = anyone.get(link.group()).headers["Location"]
    answer = anyone.post(place, {"password1": "another long sentence", "password2": "another long sentence"})
    assert answer.status_code == 302
    assert User.objects.get(pk=member.pk).check_password("another long sentence")
    assert Event.objects.filter(action="password-reset", user=member).exists()
