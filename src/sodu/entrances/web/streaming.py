"""A file that goes out as it is made, held up where the reader is slow."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast
from urllib.parse import quote

import structlog
from django.http import HttpResponseBase, StreamingHttpResponse

_log = structlog.get_logger("sodu")
_CHUNK_BYTES = 64 * 1024
_CHUNKS_AHEAD = 8
_WAIT_SECONDS = 0.5


class _Left(Exception):
    """The reader has gone."""


def download(work: Callable[[BinaryIO], None], file_name: str, media_type: str) -> StreamingHttpResponse:
    """An answer whose body is what `work` writes."""
    return cast("StreamingHttpResponse", as_file(StreamingHttpResponse(chunks(work)), file_name, media_type))


def as_file(response: HttpResponseBase, file_name: str, media_type: str) -> HttpResponseBase:
    """An answer that a browser keeps as a file, and never shows as a page of this portal."""
    plain = file_name.encode("ascii", "replace").decode().replace("?", "-")
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def chunks(work: Callable[[BinaryIO], None]) -> Iterator[bytes]:
    """What `work` writes, as it writes it, in a thread beside; what it raises is raised here, and ends the answer."""
    pipe = _Pipe()
    producer = threading.Thread(target=pipe.run, args=(work,), daemon=True)
    producer.start()
    try:
        while (chunk := pipe.chunks.get()) is not None:
            yield chunk
        if pipe.error is not None:
            raise pipe.error
    finally:
        pipe.left.set()
        producer.join()


class _Pipe:
    """A stream to write to, whose bytes are taken out at the other end."""

    def __init__(self) -> None:
        self.chunks: queue.Queue[bytes | None] = queue.Queue(_CHUNKS_AHEAD)
        self.left = threading.Event()
        self.error: BaseException | None = None
        self._held = bytearray()

    def run(self, work: Callable[[BinaryIO], None]) -> None:
        """Do the work; its end is told even where it fails."""
        try:
            work(cast("BinaryIO", self))
            self.flush()
        except _Left:
            return
        except BaseException as error:  # noqa: BLE001
            self.error = error
            _log.exception("download")
        self._put(None)

    def write(self, content: bytes) -> int:
        """Send it, together with what follows where it is little."""
        self._held += content
        if len(self._held) >= _CHUNK_BYTES:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Send what is held."""
        self._send(bytes(self._held))
        self._held.clear()

    def _send(self, content: bytes) -> None:
        if content and not self._put(content):
            raise _Left

    def _put(self, content: bytes | None) -> bool:
        while not self.left.is_set():
            try:
                self.chunks.put(content, timeout=_WAIT_SECONDS)
                return True
            except queue.Full:
                continue
        return False
