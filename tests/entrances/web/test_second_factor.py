"""Roles that need a second factor reach nothing before they have one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver

from sodu.people.accounts.models import User
from sodu.people.audit.models import Event
from tests.portal.homes import Portal

SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105
PASSWORD = "a long sentence of mine"  # noqa: S105
REACHED = re.compile(
    r"/(healthz|readyz|metrics|language|robots\.txt|mcp|api/.*|join/.*|unsubscribe/.*|static/.*"
    r"|accounts/(2fa/.*|logout/|reauthenticate/|inactive/))"
)


@pytest.fixture(autouse=True)
def _asked_of_operators(db: None, settings: Any) -> None:
    cache.clear()
    settings.CONFIGURATION = replace(settings.CONFIGURATION, mfa_roles=("operator", "partner_admin"))


def routes(patterns: list[Any] | None = None, before: str = "/") -> Iterator[str]:
    """Every address of the portal, with something in its places."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = re.sub(r"<int:\w+>", "1", str(pattern.pattern))
        route = re.sub(r"<(\w+:)?\w+>", "x", re.sub(r"\(\?P<\w+>[^()]*\)", "x", route))
        place = before + route.replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, place)
        elif isinstance(pattern, URLPattern):
            yield place


def test_every_route_leads_to_the_page_where_factors_are_set_up(portal: Portal) -> None:
    operator = portal.as_("operator")
    places = sorted(set(routes()))
    assert len(places) > 60
    for place in places:
        if REACHED.fullmatch(place):
            continue
        for method in ("get", "post"):
            answer = getattr(operator, method)(place)
            assert answer.status_code == 302, place
            assert answer.headers["Location"] == "/accounts/2fa/", place
    part = operator.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/accounts/2fa/")


def test_a_session_that_lacks_its_factor_is_none_for_the_api(portal: Portal) -> None:
    operator = portal.as_("operator")
    assert operator.get("/api/v1/me").status_code in (401, 404)


def test_recovery_codes_alone_are_no_factor(portal: Portal) -> None:
    operator = portal.as_("operator")
    Authenticator.objects.create(user=operator.person, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert operator.get("/settings").headers["Location"] == "/accounts/2fa/"


def test_roles_that_need_none_are_not_asked(portal: Portal) -> None:
    assert portal.as_("auditor").get("/settings").status_code == 200
    assert portal.as_("partner_member", "P").get("/settings").status_code == 200


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def signing_in(portal: Portal, person: User) -> Any:
    person.set_password(PASSWORD)
    person.save()
    anyone = portal.anyone()
    answer = anyone.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert anyone.get("/settings").headers["Location"].startswith("/accounts/login/")
    return anyone


def test_a_code_of_the_app_counts_once(portal: Portal) -> None:
    operator = portal.person("operator")
    TOTP.activate(operator, SECRET)
    assert SECRET not in str(Authenticator.objects.get(user=operator).data)
    first, now = signing_in(portal, operator), code()
    assert "Incorrect code" in first.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert Event.objects.filter(user=operator, action="factor-use", outcome="failed").exists()
    assert first.post("/accounts/2fa/authenticate/", {"code": now}).status_code == 302
    assert first.get("/settings").status_code == 200
    second = signing_in(portal, operator)
    assert "Incorrect code" in second.post("/accounts/2fa/authenticate/", {"code": now}).content.decode()


def test_a_factor_is_set_up_by_its_page(portal: Portal, django_capture_on_commit_callbacks: Any) -> None:
    operator = portal.as_("operator")
    operator.get("/accounts/2fa/")
    page = operator.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)
    assert secret is not None
    assert "data:image/svg+xml" in page
    counter = next(iter(yield_hotp_counters_from_time()))
    sent = {"code": format_hotp_value(hotp_value(secret.group(1), counter))}
    with django_capture_on_commit_callbacks(execute=True):
        answer = operator.post("/accounts/2fa/totp/activate/", sent)
    assert answer.status_code == 302
    assert operator.get("/settings").status_code == 200
    assert Event.objects.filter(user=operator.person, action="factor-add").exists()
