"""How an answer travels through the socket: frames, so that what was cut short is told from what is whole."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

DATA, BESIDE, ERROR, END = b"D", b"B", b"E", b"Z"
"""Bytes of the answer, of the file that stands beside it, an error as JSON, and what is said at the end as JSON."""

_HEAD = struct.Struct(">cI")


def frame(kind: bytes, content: bytes) -> bytes:
    """One frame."""
    return _HEAD.pack(kind, len(content)) + content


def frames(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a stream; raises ConnectionError where it ends within one or before the last."""
    while True:
        kind, length = _HEAD.unpack(_read(stream, _HEAD.size))
        yield kind, _read(stream, length)
        if kind in (END, ERROR):
            return


def _read(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise ConnectionError("the server ended before its answer did")
    return content
