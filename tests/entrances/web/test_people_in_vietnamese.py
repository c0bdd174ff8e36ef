"""Pages of signing in and of people say everything in Vietnamese, and carry no script or style within them."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache

from sodu.people.accounts import tokens
from sodu.people.audit.log import Actor, record
from sodu.people.tenants import invitations
from sodu.people.tenants.invitations import Invited
from tests.portal.homes import Portal

OUTSIDE = (
    "/accounts/login/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-x/",
    "/accounts/password/reset/key/done/",
    "/accounts/3rdparty/login/cancelled/",
    "/accounts/3rdparty/login/error/",
)
INSIDE = (
    "/settings",
    "/settings/tokens",
    "/settings/sign-ins",
    "/people",
    "/audit",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/reauthenticate/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/password/set/",
    "/accounts/logout/",
)
SAME = {
    "API",
    *("Sodu", "English", "Tiếng Việt", "E-mail", "Token", "Asia/Ho_Chi_Minh", "127.0.0.1", "—", "·", "/", "@"),
    *("1,234,567.89", "1.234.567,89", "1 234 567,89", "Tên Của Tôi"),
}
"""What is the same in both languages: names, numbers, and what people typed."""
DATA = re.compile(
    r"[\w.+-]+@[\w.-]+|sodu_\w+_…|[\d\s:./,-]+|[A-Z2-7]{32}|people(/\d+)?|partner_member|partner.*|C1|P|job|\S*::\S*"
)


class Visible(HTMLParser):
    """Every text that a reader sees or hears, and what a strict policy forbids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.forbidden: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._hidden += tag in ("script", "style", "datalist")
        self.texts |= {str(given[name]) for name in ("aria-label", "placeholder", "alt", "title") if given.get(name)}
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.forbidden.append(tag)
        self.forbidden += [name for name in given if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "datalist")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.add(" ".join(data.split()))


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def insider(portal: Portal) -> Any:
    client = portal.as_("operator")
    person = client.person
    person.name = "Tên Của Tôi"
    person.set_password("a long sentence of mine")
    person.save()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    session.save()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "—", "credential": {}})
    tokens.issue(person, "job", may_export=True)
    record(Actor(person), "sign-in", outcome="failed")
    portal.person("partner_member", "P", ("C1",))
    invitations.invite(person, Invited("moi@p.example", "partner_member", "P"))
    return client


def both(client: Any, place: str, sent: dict[str, str] | None = None) -> tuple[Visible, Visible]:
    """A page in English and in Vietnamese."""
    pages = []
    for language in ("en", "vi"):
        client.post("/language", {"language": language})
        answer = client.get(place) if sent is None else client.post(place, sent)
        assert answer.status_code in (200, 401, 422), (place, answer.status_code, answer.headers.get("Location"))
        pages.append(Visible(answer.content.decode()))
    return pages[0], pages[1]


def check(client: Any, place: str, sent: dict[str, str] | None = None) -> None:
    english, vietnamese = both(client, place, sent)
    same = {text for text in english.texts & vietnamese.texts if text not in SAME and not DATA.fullmatch(text)}
    assert not same, f"{place}: the same in both languages"
    assert not english.forbidden + vietnamese.forbidden, place


@pytest.mark.parametrize("place", OUTSIDE)
def test_pages_before_a_sign_in(portal: Portal, place: str) -> None:
    check(portal.anyone(), place)


@pytest.mark.parametrize("place", INSIDE)
def test_pages_behind_a_sign_in(insider: Any, place: str) -> None:
    if place == "/accounts/password/set/":
        insider.person.set_unusable_password()
        insider.person.save()
        insider.force_login(insider.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    if place == "/accounts/2fa/webauthn/add/":
        Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).delete()
    if place == "/accounts/2fa/totp/activate/":
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    check(insider, place)


def test_a_persons_page(insider: Any, portal: Portal) -> None:
    check(insider, f"/people/{portal.person('partner_member', 'P', ('C1',)).pk}")


def test_the_page_of_a_link(portal: Portal) -> None:
    secret = invitations.invite(portal.person("operator"), Invited("moi@p.example", "partner_member", "P"))
    check(portal.anyone(), f"/join/{secret}")
    for wrong in (
        {"name": "", "password": ""},
        {"name": "x" * 129, "password": "12345678901"},
        {"password": "password1234"},
    ):
        check(portal.anyone(), f"/join/{secret}", wrong)


@pytest.mark.parametrize(
    "sent", [{"login": "", "password": ""}, {"login": "x", "password": "x"}, {"login": "x@p.example", "password": "x"}]
)
def test_complaints_of_the_sign_in(portal: Portal, sent: dict[str, str]) -> None:
    check(portal.anyone(), "/accounts/login/", sent)


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("/accounts/password/change/", {"oldpassword": "x", "password1": "short", "password2": "other"}),
        (
            "/accounts/password/change/",
            {"oldpassword": "a long sentence of mine", "password1": "123456789012345", "password2": "x"},
        ),
        ("/accounts/reauthenticate/", {"password": "wrong"}),
        ("/accounts/2fa/reauthenticate/", {"code": "000000"}),
        ("/settings", {"zone": "Mars/Base", "theme": "pink"}),
        ("/settings/tokens", {"name": "", "days": "0"}),
        ("/people/invite", {"email": "x", "role": "operator"}),
        ("/people/invite", {"email": "x@p.example", "role": "root"}),
    ],
)
def test_complaints_behind_a_sign_in(insider: Any, place: str, sent: dict[str, str]) -> None:
    check(insider, place, sent)
