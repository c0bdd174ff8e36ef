"""The audit log's pages: who reads what, filtered, paged, and as a file that computes nothing."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from sodu.people.audit.log import Actor, record
from tests.portal.homes import Portal


def rows(client: Client, **asked: str) -> list[dict[str, str]]:
    content = b"".join(client.get("/audit.csv", asked).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_partners_admin_reads_the_partners_own(portal: Portal) -> None:
    admin = portal.as_("partner_admin", "P")
    record(Actor(portal.person("partner_member", "Q")), "view", "canary-of-q")
    record(Actor(portal.person("operator")), "view", "canary-of-provider")
    record(Actor(portal.person("partner_member", "P")), "view", "of-p")
    page = admin.get("/audit").content.decode()
    assert "of-p" in page
    assert "canary" not in page
    assert "canary" not in str(rows(admin))
    assert "canary-of-q" in portal.as_("auditor").get("/audit").content.decode()


@pytest.mark.parametrize("place", ["/audit", "/audit.csv"])
def test_members_have_no_audit_page(portal: Portal, place: str) -> None:
    assert portal.as_("partner_member", "P").get(place).status_code == 404


def test_events_are_filtered_and_paged_by_key(portal: Portal) -> None:
    operator = portal.as_("operator")
    for number in range(205):
        record(Actor(operator.person), "load", f"file-{number}")
    first = operator.get("/audit", {"action": "load"}).content.decode()
    assert first.count("file-") == 100
    assert "file-204" in first
    key = first.rpartition("before=")[2].partition('"')[0]
    second = operator.get("/audit", {"action": "load", "before": key}).content.decode()
    assert "file-104<" in second
    assert "file-105<" not in second
    assert "file-" not in operator.get("/audit", {"person": "nobody"}).content.decode()
    assert "file-" not in operator.get("/audit", {"day": "2020-01-01"}).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"day": "31/10/2026"}, {"day": "2026-02-30"}, {"before": "-1"}, {"before": "9" * 30}]
)
def test_what_is_asked_wrongly_is_refused(portal: Portal, wrong: dict[str, str]) -> None:
    assert portal.as_("operator").get("/audit", wrong).status_code == 400


def test_a_file_computes_nothing(portal: Portal) -> None:
    operator = portal.as_("operator")
    for text in ("=1+1", "+1", "-1", "@x", "\tx"):
        record(Actor(operator.person), "load", text)
    written = [row["object"] for row in rows(operator, action="load")]
    assert written == ["'\tx", "'@x", "'-1", "'+1", "'=1+1"]


def test_reading_the_log_is_in_the_log(portal: Portal) -> None:
    operator = portal.as_("operator")
    operator.get("/audit", {"action": "load"})
    rows(operator)
    seen = [(row["action"], row["object"]) for row in rows(operator)]
    assert ("view", "audit") in seen
    assert ("export", "audit") in seen


def test_everybody_reads_their_own_sign_ins(portal: Portal) -> None:
    member = portal.as_("partner_member", "P")
    record(Actor(portal.person("operator"), address="10.9.9.9"), "sign-in")
    record(Actor(member.person, address="10.0.0.1"), "sign-in", outcome="failed")
    page = member.get("/settings/sign-ins").content.decode()
    assert "10.0.0.1" in page
    assert "Failed" in page
    assert "10.9.9.9" not in page
