"""A bad question is refused in the same sentence on the page, by the API, by assistants and on the command line."""

from __future__ import annotations

import html
import json
import re
import shutil
from typing import Any
from urllib.parse import urlencode

import pytest

from sodu.entrances.commands.main import main
from tests.portal.homes import Portal

BAD: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "no period": ("credit-total", [("period", "someday")]),
    "no such day": ("credit-total", [("period", "2026-02-31")]),
    "a month too many": ("credit-total", [("period", "2026-13")]),
    "a week too many": ("credit-total", [("period", "2026-W54")]),
    "backwards": ("credit-total", [("period", "2026-10-31..2026-10-01")]),
    "too early": ("credit-total", [("period", "1999")]),
    "a period twice": ("credit-total", [("period", "2026"), ("period", "2025")]),
    "no account type": ("credit-total", [("account_type", "reseller")]),
    "no such account": ("credit-total", [("account", "nobody")]),
    "another's account": ("credit-total", [("account", "acc-1")]),
    "no such service": ("credit-usage", [("service", "nothing")]),
    "no such group": ("revenue-detail", [("product_group", "nothing")]),
    "no currency": ("credit-total", [("currency", "dong")]),
    "a small currency": ("credit-total", [("currency", "vnd")]),
    "no status": ("discount-partner", [("status", "asleep")]),
    "a status where there is none": ("credit-total", [("status", "active")]),
    "a comparison where there is none": ("revenue-detail", [("compare", "previous")]),
    "no comparison": ("credit-total", [("compare", "before")]),
    "no further dimension": ("credit-total", [("by", "hour")]),
    "not known then": ("credit-total", [("as_known_at", "99999")]),
    "no number": ("credit-total", [("as_known_at", "yesterday")]),
    "an instant without an offset": ("credit-total", [("as_known_at", "2026-11-01T00:00:00")]),
    "neither yes nor no": ("credit-total", [("show_zero", "perhaps")]),
    "nothing to search for": ("credit-total", [("search", "   ")]),
    "what cannot be seen": ("revenue-detail", [("search", "a\tb")]),
    "no column to sort by": ("credit-total", [("sort", "-beauty")]),
    "no column to show": ("credit-total", [("columns", "account_id,beauty")]),
    "a column of a comparison that is not": ("credit-total", [("columns", "closing_before")]),
    "no rows": ("credit-total", [("limit", "0")]),
    "too many rows": ("credit-total", [("limit", "1000001")]),
    "half a row": ("credit-total", [("limit", "1.5")]),
    "no page": ("credit-usage", [("after", "there")]),
    "a page of another order": ("credit-total", [("after", "AAAA")]),
}


@pytest.fixture(scope="module")
def copied(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The record alone, for commands: the warehouse of the portal is its own process's."""
    ignored = shutil.ignore_patterns("*.duckdb*", "*.sock", "tmp", "test.sqlite*", "static", "exports")
    return shutil.copytree(served.home.path, tmp_path_factory.mktemp("copied") / "home", ignore=ignored)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", BAD)
def test_the_sentence_is_the_same_everywhere(
    portal: Portal, copied: Any, capfd: pytest.CaptureFixture[str], name: str, language: str
) -> None:
    slug, words = BAD[name]
    said = {
        "page": _page(portal, slug, words, language),
        "api": _api(portal, slug, words, language),
        "assistant": _assistant(portal, slug, words, language),
        "command": _command(copied, capfd, (slug, words), language),
    }
    assert len(set(said.values())) == 1, said
    assert next(iter(said.values()))


def _page(portal: Portal, slug: str, words: list[tuple[str, str]], language: str) -> str:
    client = portal.as_("partner_member", "P")
    answer = client.get(f"/reports/{slug}?{urlencode(words)}", headers={"Accept-Language": language})
    assert answer.status_code == 400
    told = re.search(r'role="alert"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert told
    return html.unescape(re.sub("<[^>]*>", "", told[1])).strip()


def _api(portal: Portal, slug: str, words: list[tuple[str, str]], language: str) -> str:
    headers = {"Accept-Language": language, "Authorization": f"Bearer {portal.token('partner_member', 'P')}"}
    answer = portal.anyone().get(f"/api/v1/reports/{slug}?{urlencode(words)}", headers=headers)
    assert answer.status_code == 400
    said = answer.json()
    # A comparison is a period, and an unknown number of the journal is told without a name.
    assert said.get("parameter") in {words[0][0], "period", None}
    return str(said["detail"])


def _assistant(portal: Portal, slug: str, words: list[tuple[str, str]], language: str) -> str:
    conditions: dict[str, list[str]] = {}
    for name, value in words:
        conditions.setdefault(name, []).append(value)
    arguments = {"report": slug, "conditions": conditions}
    params = {"name": "run_report", "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Accept-Language": language, "Authorization": f"Bearer {portal.token('partner_member', 'P')}"}
    answer = portal.anyone().post("/mcp", json.dumps(message), content_type="application/json", headers=headers)
    result = answer.json()["result"]
    assert result["isError"]
    return str(result["content"][0]["text"])


def _command(
    home: Any, capfd: pytest.CaptureFixture[str], asked: tuple[str, list[tuple[str, str]]], language: str
) -> str:
    slug, words = asked
    options = [part for name, value in words for part in (f"--{name.replace('_', '-')}", value)]
    capfd.readouterr()
    status = main(
        ["--home", str(home), "--language", language, "report", slug, "--partner", "P", "--format", "json", *options]
    )
    assert status == 2
    return capfd.readouterr().err.removeprefix("sodu: ").strip()
