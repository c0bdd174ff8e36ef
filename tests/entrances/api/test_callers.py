"""Who may call: tokens that are good now, sessions that read; refusals that are problems in the reader's language."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from sodu.entrances.api.callers import ASKED, TRIED
from sodu.people.accounts.models import Token, User
from sodu.people.audit.models import Event
from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal

PLACES = ["/api/v1/me", "/api/v1/reports", "/api/v1/reports/credit-total", "/api/v1/accounts", "/api/v1/exports"]


@pytest.mark.parametrize("path", PLACES)
def test_nobody_is_let_in(portal: Portal, path: str) -> None:
    answer = portal.anyone().get(path)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Sodu"')
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "no-token"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic eDp5", "Bearer sodu_0000000000000000_x", "Bearer \u200b\ud83d"]
)
def test_what_is_no_token_lets_nobody_in(portal: Portal, header: str) -> None:
    answer = portal.anyone().get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, "invalid_token" in answer.headers["WWW-Authenticate"]) == (401, True)
    assert Event.objects.get().outcome == "refused"


def test_a_token_ends_at_once(member: Asker) -> None:
    assert member("/api/v1/me").status_code == 200
    token = Token.objects.get()
    token.revoked_at = timezone.now()
    token.save()
    assert member("/api/v1/me").status_code == 401
    token.revoked_at, token.expires_at = None, timezone.now() - timedelta(seconds=1)
    token.save()
    assert member("/api/v1/me").status_code == 401
    token.expires_at = timezone.now() + timedelta(days=1)
    token.save()
    assert member("/api/v1/me").status_code == 200
    User.objects.update(is_active=False)
    assert member("/api/v1/me").status_code == 401


def test_who_is_signed_in_may_read_and_change_nothing(portal: Portal) -> None:
    client = portal.as_("partner_admin", "P")
    assert client.get("/api/v1/me").json()["token"] is None
    made = client.post("/api/v1/exports", {"report": "credit-total"}, content_type="application/json")
    assert made.status_code == 401
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert client.post("/mcp", message, content_type="application/json").status_code == 401


def test_a_bad_token_is_not_mended_by_a_session(portal: Portal) -> None:
    answer = portal.as_("operator").get("/api/v1/me", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def test_me_says_who_and_what_may_be_done(portal: Portal, member: Asker) -> None:
    said = member.json("/api/v1/me")
    assert (said["role"], said["partner"], said["accounts"]) == ("partner_member", "P", None)
    assert said["token"]["may_export"] is True
    limited = Asker(portal, _token_of(portal.person("partner_member", "P", ("C1",))))
    assert limited.json("/api/v1/me")["accounts"] == ["C1"]
    assert [each["id"] for each in limited.json("/api/v1/accounts")["accounts"]] == ["C1"]


def test_the_language_is_the_requests_or_the_persons(portal: Portal, member: Asker) -> None:
    User.objects.update(language="vi")
    assert member.json("/api/v1/me")["language"] == "vi"
    assert member.json("/api/v1/me", Accept_Language="en")["language"] == "en"


def test_so_often_and_no_more(member: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ASKED, "most", 3)
    monkeypatch.setattr("sodu.entrances.api.rates.time.time", lambda: 1_800_000_015.0)
    assert [member("/api/v1/me").status_code for _each in range(4)] == [200, 200, 200, 429]
    refused = member("/api/v1/me")
    assert refused.headers["Retry-After"] == "45"
    assert json.loads(refused.content)["code"] == "too-many"
    monkeypatch.setattr("sodu.entrances.api.rates.time.time", lambda: 1_800_000_060.0)
    assert member("/api/v1/me").status_code == 200


def test_guessing_is_slow(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TRIED, "most", 2)
    statuses = [Asker(portal, "sodu_x_y")("/api/v1/me").status_code for _each in range(4)]
    assert statuses == [401, 401, 429, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("POST", "/api/v1/nowhere", 404),
        ("GET", "/api", 404),
        ("GET", "/api/v2/reports", 404),
        ("GET", "/api/v1/reports/profit", 404),
        ("POST", "/api/v1/reports", 405),
        ("PUT", "/api/v1/exports", 405),
        ("POST", "/api/v1/docs", 405),
        ("GET", "/mcp", 405),
        ("GET", "/api/v1/exports/1", 404),
        ("GET", "/api/v1/me?verbose=yes", 400),
        ("GET", "/api/v1/reports/credit-total?format=docx", 400),
        ("GET", "/api/v1/reports/credit-total?back=/", 400),
        ("GET", "/api/v1/accounts?limit=0", 400),
        ("POST", "/api/v1/exports", 415),
    ],
)
def test_refusals_are_problems(member: Asker, method: str, path: str, status: int) -> None:
    answer = member(path, method)
    if path == "/api":
        return  # Not under the API's addresses.
    said = json.loads(answer.content)
    assert (answer.status_code, said["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "detail", "code"} <= set(said)
    assert ("Allow" in answer.headers) == (status == 405)


def test_nothing_offered_is_accepted(member: Asker) -> None:
    assert member("/api/v1/reports/credit-total", Accept="image/png").status_code == 406


def test_what_nobody_foresaw_is_told_without_its_words(member: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("sodu.entrances.api.answering.ask", broken)
    answer = member("/api/v1/reports/credit-total")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


def _token_of(person: User) -> str:
    from sodu.people.accounts import tokens

    return tokens.issue(person, "limited")
