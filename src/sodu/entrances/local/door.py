"""The server's side of the socket: what commands beside a running server ask of it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import structlog

from sodu.entrances.local.frames import BESIDE, DATA, END
from sodu.entrances.local.streaming import Streamed, Write
from sodu.render import formats, to_csv
from sodu.render.language import say
from sodu.render.options import Options
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.values.limits import REQUEST_BYTES_MAX
from sodu.values.text import Message, Text
from sodu.warehouse.serving import Serving

_log = structlog.get_logger("sodu")
StartResponse = Callable[..., Any]


def is_local(environ: dict[str, Any]) -> bool:
    """Whether a request came through the home's socket, whose file says who may."""
    connection = environ.get("gunicorn.socket")
    return isinstance(connection, socket.socket) and connection.family == socket.AF_UNIX


class Door:
    """A WSGI application for requests through the socket."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer `/report`, `/take-in` and `/check`."""
        asked = json.loads(environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), REQUEST_BYTES_MAX)))
        place = environ["PATH_INFO"]
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return Streamed(lambda write: self._answer(place, asked, write), asked["language"], environ["gunicorn.socket"])

    def _answer(self, place: str, asked: dict[str, Any], write: Write) -> None:
        began = time.perf_counter()
        answers = {"/report": self._report, "/take-in": self._take_in, "/check": self._check}
        ending = answers[place](asked, write)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        _log.info("command", asked=place, report=asked.get("slug"), milliseconds=milliseconds)
        write(END, json.dumps(ending).encode())

    def _take_in(self, _asked: dict[str, Any], _write: Write) -> dict[str, Any]:
        self._serving.take_in()
        return {"head": self._serving.head}

    def _check(self, asked: dict[str, Any], _write: Write) -> dict[str, Any]:
        finding = self._serving.check()
        return {"ok": finding.ok, "detail": say(finding.detail, asked["language"])}

    def _report(self, asked: dict[str, Any], write: Write) -> dict[str, Any]:
        report, now = report_of(asked["slug"]), datetime.fromisoformat(asked["now"])
        conditions = parse(report, asked["conditions"], now.astimezone(ZoneInfo(self._serving.zone)).date())
        self._serving.take_in()
        scope = Scope.operator() if asked["partner"] is None else Scope.partner(asked["partner"])
        table = run(report, conditions, scope, self._serving, now)
        options = Options(**asked["options"])
        try:
            formats.by_slug(asked["format"]).write(table, cast("BinaryIO", _Frames(write, DATA)), options)
        except BaseException:
            # Rows that nobody will take give their cursor back.
            table.batches = iter(())
            raise
        if asked["beside"]:
            to_csv.write_metadata(table, cast("BinaryIO", _Frames(write, BESIDE)), asked["beside"], options)
        return {"failed": _failed(table, asked["language"])}


def _failed(table: ResultTable, language: str) -> list[dict[str, str]]:
    # Names are translated where they are texts, as they are in the answer itself.
    named = Text("{name}")
    return [
        {"name": say(Message(named, {"name": check.name}), language), "detail": say(check.detail, language)}
        for check in table.checks
        if not check.ok
    ]


class _Frames:
    """A stream of bytes that goes out as frames."""

    def __init__(self, write: Write, kind: bytes) -> None:
        self._write, self._kind = write, kind

    def write(self, content: bytes) -> int:
        """Send it."""
        content = bytes(content)
        if content:
            self._write(self._kind, content)
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""
