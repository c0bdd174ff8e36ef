"""The server's side of the socket: answers reports as the provider's operator, and takes in what was loaded."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from sodu.entrances.local.frames import BESIDE, DATA, END, ERROR, frame
from sodu.render import formats, to_csv
from sodu.render.language import say
from sodu.render.options import Options
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import REQUEST_BYTES_MAX
from sodu.warehouse.serving import Serving

_CHUNKS_AHEAD = 8
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
        """Answer `/report` and `/take-in`."""
        asked = json.loads(environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), REQUEST_BYTES_MAX)))
        answers = {"/report": self._report, "/take-in": self._take_in}
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return _streamed(lambda write: answers[environ["PATH_INFO"]](asked, write), asked["language"])

    def _take_in(self, _asked: dict[str, Any], write: Callable[[bytes, bytes], None]) -> None:
        self._serving.take_in()
        write(END, json.dumps({"head": self._serving.head}).encode())

    def _report(self, asked: dict[str, Any], write: Callable[[bytes, bytes], None]) -> None:
        self._serving.take_in()
        report, now = report_of(asked["slug"]), datetime.fromisoformat(asked["now"])
        conditions = parse(report, asked["conditions"], now.astimezone(ZoneInfo(self._serving.zone)).date())
        scope = Scope.operator() if asked["partner"] is None else Scope.partner(asked["partner"])
        table = run(report, conditions, scope, self._serving, now)
        options = Options(**asked["options"])
        formats.by_slug(asked["format"]).write(table, cast("BinaryIO", _Frames(write, DATA)), options)
        if asked["beside"]:
            to_csv.write_metadata(table, cast("BinaryIO", _Frames(write, BESIDE)), asked["beside"], options)
        write(END, json.dumps({"failed": _failed(table, asked["language"])}).encode())


def _failed(table: ResultTable, language: str) -> list[dict[str, str]]:
    return [{"name": check.name, "detail": say(check.detail, language)} for check in table.checks if not check.ok]


class _Frames:
    """A stream of bytes that goes out as frames."""

    def __init__(self, write: Callable[[bytes, bytes], None], kind: bytes) -> None:
        self._write, self._kind = write, kind

    def write(self, content: bytes) -> int:
        """Send it."""
        content = bytes(content)
        if content:
            self._write(self._kind, content)
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""


def _streamed(work: Callable[[Callable[[bytes, bytes], None]], None], language: str) -> Iterator[bytes]:
    """What `work` writes, as it writes it: beside this thread, and held up where the reader is slow."""
    chunks: queue.Queue[bytes | None] = queue.Queue(_CHUNKS_AHEAD)
    left = threading.Event()

    def write(kind: bytes, content: bytes) -> None:
        while not left.is_set():
            try:
                chunks.put(frame(kind, content), timeout=0.5)
                return
            except queue.Full:
                continue
        raise ConnectionAbortedError("the reader has left")

    def produce() -> None:
        try:
            work(write)
        except ConnectionAbortedError:
            return
        except SoduError as error:
            kind = "wrong usage" if isinstance(error, WrongUsage) else "refused"
            write(ERROR, json.dumps({"kind": kind, "text": say(error.message, language)}).encode())
        finally:
            chunks.put(None) if not left.is_set() else None

    producer = threading.Thread(target=produce, daemon=True)
    producer.start()
    try:
        while (chunk := chunks.get()) is not None:
            yield chunk
    finally:
        left.set()
        producer.join()
