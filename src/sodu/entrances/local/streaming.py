"""Sends what a piece of work writes while it writes it, and ends the work when nobody reads any more."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog

from sodu.entrances.local.frames import ERROR, frame
from sodu.render.language import say
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.time_limit import Limit, limited

_CHUNKS_AHEAD = 8
_LOOK_SECONDS = 0.25
_log = structlog.get_logger("sodu")

Write = Callable[[bytes, bytes], None]
"""Sends a frame: its kind and its content."""


class Streamed:
    """The frames of one answer: made in a thread of their own, which waits where the reader is slow."""

    def __init__(self, work: Callable[[Write], None], language: str, reader: socket.socket | None) -> None:
        self._work, self._language, self._reader = work, language, reader
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_CHUNKS_AHEAD)
        self._left = threading.Event()
        self._limit = Limit()

    def __iter__(self) -> Iterator[bytes]:
        """The frames, until the work is done or the reader has left."""
        producer = threading.Thread(target=self._produce, name="answer", daemon=True)
        producer.start()
        try:
            while True:
                try:
                    chunk = self._chunks.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    if self._has_left():
                        return
                    continue
                if chunk is None:
                    return
                yield chunk
        finally:
            self._left.set()
            self._limit.end()
            producer.join()

    def _produce(self) -> None:
        with suppress(ConnectionAbortedError), limited(None) as self._limit:
            try:
                self._work(self._write)
            except ConnectionAbortedError:
                raise
            except SoduError as error:
                kind = "wrong usage" if isinstance(error, WrongUsage) else "refused"
                self._tell(kind, say(error.message, self._language))
            except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it was
                _log.exception("command")
                unforeseen = _("unforeseen {kind}: {text} (the server's log shows where; please report it)")
                first_line = next(iter(str(error).splitlines()), "")
                said = Message(unforeseen, {"kind": type(error).__name__, "text": first_line})
                self._tell("refused", say(said, self._language))
            self._put(None)

    def _tell(self, kind: str, text: str) -> None:
        self._write(ERROR, json.dumps({"kind": kind, "text": text}).encode())

    def _write(self, kind: bytes, content: bytes) -> None:
        self._put(frame(kind, content))

    def _put(self, chunk: bytes | None) -> None:
        while not self._left.is_set():
            with suppress(queue.Full):
                self._chunks.put(chunk, timeout=_LOOK_SECONDS)
                return
        raise ConnectionAbortedError("the reader has left")

    def _has_left(self) -> bool:
        """Whether the other side has closed the connection; it says nothing more once it has asked."""
        if self._reader is None:
            return False
        try:
            return self._reader.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
