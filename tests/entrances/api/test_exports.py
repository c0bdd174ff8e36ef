"""Exports by API: begun by tokens that may, seen by who began them alone."""

from __future__ import annotations

import json
import threading

import pytest

from sodu.entrances import clock
from sodu.people.saved.making import make_one
from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal

ASKED = {"report": "credit-usage", "query": "period=2026-10", "format": "csv"}


def begun(asker: Asker) -> str:
    answer = asker("/api/v1/exports", "POST", ASKED)
    assert answer.status_code == 202, answer.content
    return str(answer.headers["Location"])


def test_an_export_is_begun_made_and_fetched(member: Asker, portal: Portal) -> None:
    place = begun(member)
    assert member.json(place)["state"] == "waiting"
    assert member(f"{place}/file").status_code == 404
    make_one(portal.serving, threading.Event(), clock.now())
    said = member.json(place)
    assert (said["state"], said["rows"], said["file"]) == ("done", 7, f"{place}/file")
    file = member(said["file"])
    content = b"".join(file.streaming_content)
    assert content == member("/api/v1/reports/credit-usage?period=2026-10&format=csv").content
    assert "attachment" in file.headers["Content-Disposition"]
    assert member.json("/api/v1/exports")["exports"] == [said]
    assert member(place, "DELETE").status_code == 204
    assert member(place).status_code == 404


def test_an_export_is_cancelled(member: Asker) -> None:
    place = begun(member)
    assert member(place, "DELETE").status_code == 204
    assert member.json(place)["state"] == "cancelled"


def test_a_token_that_may_not_export_begins_none(portal: Portal) -> None:
    reading = Asker(portal, portal.token("partner_member", "P"))
    assert reading("/api/v1/exports", "POST", ASKED).status_code == 403
    assert reading.json("/api/v1/exports") == {"exports": []}


def test_nobody_sees_anothers(member: Asker, portal: Portal) -> None:
    place = begun(member)
    colleague = Asker(portal, portal.token("partner_admin", "P", may_export=True))
    unknown = "/api/v1/exports/00000000-0000-4000-8000-000000000000"
    for method in ("GET", "DELETE"):
        assert colleague(place, method).content == colleague(unknown, method).content
        assert colleague(place, method).status_code == 404
    assert colleague(f"{place}/file").status_code == 404
    assert colleague.json("/api/v1/exports") == {"exports": []}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {"report": "profit"},
        {},
        {"report": "credit-total", "format": "docx"},
        {"report": "credit-total", "query": 5},
        {"report": "credit-total", "rows": 5},
        {"report": "credit-total", "query": "period=never"},
        {"report": "credit-total", "query": "account=\ud800"},
        {"report": "credit-total", "\ud800": 1},
        {"report": "credit-total", "query": "partner=Q"},
    ],
)
def test_bad_bodies_are_refused(member: Asker, body: object) -> None:
    answer = member("/api/v1/exports", "POST", body)
    assert answer.status_code in (400, 422)
    assert json.loads(answer.content)["detail"]


def test_a_body_that_is_no_json_is_refused(member: Asker, portal: Portal) -> None:
    for content in (b"{", b"\xff", b"NaN", b'{"report": NaN}', b"[" * 100_000):
        answer = portal.anyone().generic(
            "POST",
            "/api/v1/exports",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {member.secret}"},
        )
        assert answer.status_code == 400


def test_too_large_a_body_is_refused(member: Asker) -> None:
    answer = member("/api/v1/exports", "POST", {"report": "x" * 3 * 1024**2})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too-large")
