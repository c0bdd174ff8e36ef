"""The API's description: kept as a snapshot, true to the addresses, and asked at random without one fault of the server.

SODU_GOLDEN=write writes the snapshot anew.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.strategies import DataObject

from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal

SNAPSHOT = Path(__file__).with_name("openapi.json")
EXAMPLES = int(os.environ.get("SODU_EXAMPLES", "2"))
"""For each operation."""


def test_the_description_is_as_it_was_kept(portal: Portal) -> None:
    text = portal.anyone().get("/api/v1/openapi.json").content.decode()
    if os.environ.get("SODU_GOLDEN") == "write":
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_every_address_is_described_and_every_description_has_one(portal: Portal) -> None:
    from sodu.entrances.api.v1 import api

    there = {
        (method.lower(), _shape(path))
        for path, view in api.default_router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    described = portal.anyone().get("/api/v1/openapi.json").json()["paths"]
    said = {(method, _shape(path)) for path, methods in described.items() for method in methods}
    assert {each for each in there if each[0] != "head"} - {("get", "/openapi.json")} == said


def _shape(path: str) -> str:
    path = re.sub(r"\{[^}]*\}", "*", path)
    return re.sub(r"^/reports/[^/]+", "/reports/*", path)


def test_answers_are_as_described(member: Asker) -> None:
    """The description is believed only where answers fit it."""
    import jsonschema_rs

    described = member.json("/api/v1/openapi.json")
    for path, methods in described["paths"].items():
        if "get" not in methods or "{" in path:
            continue
        words = "?period=2026-10" if path.startswith("/reports/") else ""
        words += "&measure=closing&currency=VND" if path == "/reports/credit-total/explain" else ""
        if path.endswith("/explain") and "closing" not in words:
            continue
        content = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = member.json(f"/api/v1{path}{words}")
        jsonschema_rs.validate(content | {"components": described["components"]}, answer)


def test_the_page_shows_every_operation_and_needs_no_script(portal: Portal) -> None:
    for language in ("en", "vi"):
        answer = portal.anyone().get("/api/v1/docs", headers={"Accept-Language": language})
        page = answer.content.decode()
        assert answer.status_code == 200
        for operation_id in re.findall(r'"operationId": "([^"]+)"', SNAPSHOT.read_text(encoding="utf-8")):
            assert f'id="{operation_id}"' in page
        assert "<script>" not in page
        assert "style=" not in page


@pytest.mark.slow
def test_nothing_that_is_asked_breaks_the_server(
    portal: Portal, member: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodu.entrances.api.callers import ASKED

    monkeypatch.setattr(ASKED, "most", 10**9)
    schema = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_text(encoding="utf-8")))
    for result in schema.get_all_operations():
        _ask(result.ok(), portal, member.secret)


def _ask(operation: Any, portal: Portal, secret: str) -> None:
    """Ask one operation by what its description allows, and by what it does not."""
    from schemathesis import GenerationMode

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def asked(data: DataObject) -> None:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            _sent(data.draw(strategy), portal, secret)

    asked()


def _sent(case: Any, portal: Portal, secret: str) -> None:
    from urllib.parse import urlencode

    # What a client library would send: its transport makes the address and the body.
    prepared = case.as_transport_kwargs(base_url="http://testserver/api/v1")
    query = urlencode(prepared.get("params") or {}, doseq=True, errors="replace")
    body = prepared.get("data")
    if prepared.get("json") is not None:
        body = json.dumps(prepared["json"]).encode()
    sent = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {}
    path = prepared["url"].removeprefix("http://testserver").encode("utf-8", "replace").decode()
    headers = {"Authorization": f"Bearer {secret}"}
    client = portal.anyone(raise_request_exception=False)
    answer = client.generic(case.method, path.partition("?")[0], QUERY_STRING=query, headers=headers, **sent)
    assert answer.status_code < 500, (case.method, path, query, body, answer.content)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
