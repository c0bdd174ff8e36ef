"""Assistants, as a client of the protocol speaks: both revisions, four tools that read, refusals as their errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sodu.people.audit.models import Event
from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def stateless(asker: Asker, method: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
    name = {"Mcp_Name": str(params["name"])} if params and "name" in params else {}
    words = {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": method} | name | headers
    return asker.call(method, (params or {}) | {"_meta": META}, **words)


def tool(asker: Asker, name: str, **arguments: Any) -> Any:
    status, answer = stateless(asker, "tools/call", {"name": name, "arguments": arguments})
    assert status == 200, answer
    return answer["result"]


def test_the_greeted_revision(member: Asker) -> None:
    greeting = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    status, answer = member.call("initialize", greeting)
    assert (status, answer["id"], answer["result"]["protocolVersion"]) == (200, 7, "2025-11-25")
    noted = member("/mcp", "POST", {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (noted.status_code, noted.content) == (202, b"")
    status, answer = member.call("tools/list", MCP_Protocol_Version="2025-11-25")
    assert [each["name"] for each in answer["result"]["tools"]] == [
        "list_reports",
        "describe_report",
        "run_report",
        "explain_number",
    ]
    assert member.call("ping")[1]["result"] == {}


def test_the_stateless_revision(member: Asker) -> None:
    status, answer = stateless(member, "server/discover")
    assert (status, answer["result"]["supportedVersions"]) == (200, ["2026-07-28", "2025-11-25"])
    assert answer["result"]["resultType"] == "complete"
    listed = stateless(member, "tools/list")[1]["result"]
    assert listed["resultType"] == "complete"
    assert all(each["annotations"]["readOnlyHint"] for each in listed["tools"])


def test_tools_answer_as_the_api(member: Asker) -> None:
    assert len(tool(member, "list_reports")["structuredContent"]["reports"]) == 8
    described = tool(member, "describe_report", report="credit-total")["structuredContent"]
    assert described["slug"] == "credit-total"
    assert "closing" in described["figures"]
    conditions = {"period": "2026-10", "account": ["C1", "C2"], "currency": "VND"}
    result = tool(member, "run_report", report="credit-total", conditions=conditions)
    answer = result["structuredContent"]
    link = answer.pop("link")
    query = link.partition("?")[2]
    assert answer == member.json(f"/api/v1/reports/credit-total?{query}")
    assert json.loads(result["content"][0]["text"])["sha256"] == answer["sha256"]
    explained = tool(member, "explain_number", report="credit-total", measure="used", conditions=conditions)
    assert explained["structuredContent"]["value"] == "1800"


def test_pages_go_on(member: Asker) -> None:
    asked = {"report": "credit-usage", "conditions": {"period": "2026-10", "limit": 4}}
    first = tool(member, "run_report", **asked)["structuredContent"]
    asked["conditions"]["after"] = first["next"]
    second = tool(member, "run_report", **asked)["structuredContent"]
    assert (len(first["rows"]), len(second["rows"]), second["next"]) == (4, 3, None)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("run_report", {"report": "profit"}, "There is no report 'profit'"),
        ("run_report", {"report": "credit-total", "conditions": {"period": "never"}}, "period: 'never' is no period"),
        ("run_report", {"report": "credit-total", "conditions": {"limit": 201}}, "limit: '201'"),
        ("run_report", {"report": "credit-total", "conditions": {"account": "X"}}, "account: there is no account 'X'"),
        ("run_report", {"report": "credit-total", "partner": "Q"}, "partner: there is no"),
        ("run_report", {"report": "credit-total", "conditions": {"beauty": "1"}}, "beauty: credit-total has no"),
        ("run_report", {"report": "credit-total", "conditions": []}, "conditions: this takes"),
        ("run_report", {"report": 5}, "report: this takes a text"),
        ("run_report", {"report": "credit-total", "conditions": {"period": {"a": 1}}}, "period: this takes a text"),
        ("run_report", {"report": "credit-total", "more": 1}, "more: there is no such member"),
        ("describe_report", {}, "There is no report ''"),
        ("explain_number", {"report": "credit-total", "measure": "beauty"}, "measure: credit-total has no figure"),
    ],
)
def test_refusals_are_the_tools_errors(member: Asker, name: str, arguments: dict[str, Any], said: str) -> None:
    result = tool(member, name, **arguments)
    assert result["isError"] is True
    assert result["content"][0]["text"].startswith(said)
    assert Event.objects.latest("pk").outcome == "refused"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", -32700),
        (b"[]", -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1}', -32600),
        (b'{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"resources/list"}', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"drop"}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["x"]}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_reports","arguments":5}}', -32602),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"1"}}}',
            -32022,
        ),
    ],
)
def test_messages_that_are_none(portal: Portal, member: Asker, content: bytes, code: int) -> None:
    headers = {"Authorization": f"Bearer {member.secret}"}
    answer = portal.anyone().generic("POST", "/mcp", content, content_type="application/json", headers=headers)
    assert json.loads(answer.content)["error"]["code"] == code


def test_headers_repeat_the_message(member: Asker) -> None:
    assert stateless(member, "tools/list", Mcp_Method="tools/call")[1]["error"]["code"] == -32020
    assert stateless(member, "tools/call", {"name": "list_reports"}, Mcp_Name="x")[0] == 400
    assert member.call("tools/list", MCP_Protocol_Version="2026-07-28")[1]["error"]["code"] == -32020
    assert member.call("tools/list", MCP_Protocol_Version="1999-01-01")[1]["error"]["code"] == -32022
    assert stateless(member, "ping")[0] == 404


def test_other_sites_and_strangers_are_not_answered(portal: Portal, member: Asker) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert member("/mcp", "POST", message, Origin="https://evil.example").status_code == 403
    assert member("/mcp", "POST", message, Origin="http://127.0.0.1:8000").status_code == 200
    assert Asker(portal, "none")("/mcp", "POST", message).status_code == 401
    assert portal.anyone().post("/mcp", message, content_type="application/json").status_code == 401


def test_what_assistants_see_is_written_down(member: Asker) -> None:
    tool(member, "run_report", report="credit-total", conditions={"period": "2026-10"})
    event = Event.objects.get()
    assert (event.action, event.object, event.detail["by"]) == ("view", "credit-total", "mcp")
