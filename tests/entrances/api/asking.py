"""What tests of the API share: a client that asks with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.portal.homes import Portal


@dataclass(frozen=True)
class Asker:
    """Asks the API as somebody."""

    portal: Portal
    secret: str

    def __call__(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        """The answer to a request; `headers` have underscores for hyphens."""
        client = self.portal.anyone(raise_request_exception=False)
        words = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return client.generic(method, path, headers={"Authorization": f"Bearer {self.secret}"} | words, **sent)

    def json(self, path: str, **headers: str) -> Any:
        """The JSON of an answer that is one."""
        answer = self(path, **headers)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def call(self, method: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        """An answer to a message of JSON-RPC."""
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}}
        answer = self("/mcp", "POST", message, **headers)
        return answer.status_code, json.loads(answer.content)
