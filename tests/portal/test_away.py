"""What a page, the API and assistants are told where the warehouse does not answer, or takes too long to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodu.warehouse.cluster_address import cluster_address
from sodu.warehouse.home import Home
from sodu.warehouse.time_limit import limited
from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal, portal_over
from tests.warehouse.world import SETTINGS, small_home
from tools.nodes import Nodes

SLUG, PARTNER = "revenue-by-account", "P1"
# A period that no other test asks for: answers that are kept take no time, and no engine.
PERIOD = "period=2026-01-03..2026-11-20"
OVERVIEW, REPORT, EXPLAINED = f"/?{PERIOD}", f"/reports/{SLUG}?{PERIOD}", f"/explain/{SLUG}?{PERIOD}&measure=sales"


@pytest.fixture
def on_nodes(tmp_path: Path, own_nodes: Nodes, at_now: None, db: None) -> Iterator[Portal]:
    """A portal whose warehouse is a cluster of the test's own."""
    settings = replace(SETTINGS, cluster=cluster_address(own_nodes.address("w1")))
    with portal_over(Home(small_home(tmp_path).path, settings)) as portal:
        yield portal


def _paragraph(page: bytes) -> str:
    found = re.search(r'<p class="notice error" role="alert">(.*?)</p>', page.decode(), re.DOTALL)
    assert found, page
    return found[1]


def _are_told(portal: Portal, sentence: str, **query: str) -> None:
    """A page, its parts and a figure of it, the API and an assistant are told the same; none is told that it broke."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    client = portal.as_("partner_member", PARTNER)
    for path in (REPORT, EXPLAINED):
        page = client.get(path + more)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert sentence in _paragraph(page.content)
    ask = Asker(portal, portal.token("partner_member", PARTNER))
    for path in (REPORT, f"/reports/{SLUG}/explain?{PERIOD}&measure=sales"):
        answer = ask("/api/v1" + path + more)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.headers["Content-Type"] == "application/problem+json"
        told = json.loads(answer.content)
        assert (told["status"], told["code"]) == (503, "busy")
        assert sentence in told["detail"]
    asked: dict[str, Any] = {"report": SLUG, "conditions": {"period": PERIOD.removeprefix("period="), **query}}
    for tool, words in (("run_report", {}), ("explain_number", {"measure": "sales"})):
        status, said = ask.call("tools/call", {"name": tool, "arguments": asked | words})
        assert (status, said["result"]["isError"]) == (200, True)
        assert sentence in said["result"]["content"][0]["text"]


def test_a_node_that_is_away_is_told_and_waited_for(on_nodes: Portal, own_nodes: Nodes) -> None:
    before = on_nodes.as_("partner_member", PARTNER).get(REPORT)
    assert before.status_code == 200
    for number in range(own_nodes.count):
        own_nodes.kill(number)
    # Another question than before, whose answer may be kept.
    _are_told(on_nodes, "a node of the warehouse does not answer", currency="VND")
    own_nodes.start_all()
    assert on_nodes.as_("partner_member", PARTNER).get(REPORT + "&currency=VND").status_code == 200


def test_a_question_that_took_too_long_is_told(portal: Portal) -> None:
    with limited(0):
        _are_told(portal, "this took too long and was stopped")


def test_an_overview_that_took_too_long_is_told(portal: Portal) -> None:
    with limited(0):
        page = portal.as_("operator").get(OVERVIEW)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "this took too long and was stopped" in _paragraph(page.content)
