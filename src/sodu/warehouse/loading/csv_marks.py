"""What the bytes of a CSV file say of its shape, at the speed of reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_TAIL_BYTES = 64
_CHUNK_BYTES = 2 * 1024**2
_COMMA = pa.scalar(ord(","), pa.uint8())
_QUOTE_AFTER_BLANK = re.compile(rb'"(?<=[,\r\n \t][ \t]")')


@dataclass(frozen=True)
class Marks:
    """What the signs are that give a CSV file its shape."""

    commas: int
    has_quotes: bool
    has_space_before_quote: bool


class MarkReader:
    """Reads the marks of a file whose chunks are given to each of `readers`, one after the other."""

    def __init__(self) -> None:
        self._commas = 0
        self._has_quotes = self._has_space_before_quote = False
        self._tail = b""

    @property
    def readers(self) -> tuple[Callable[[bytes], None], ...]:
        """What reads chunks; each may have a thread of its own."""
        return self._count, self._look

    def _count(self, chunk: bytes) -> None:
        # Counted by Arrow, since it lets other threads go on meanwhile.
        signs = pa.Array.from_buffers(pa.uint8(), len(chunk), [None, pa.py_buffer(chunk)])
        commas: Any = pc.equal(signs, _COMMA)
        self._commas += int(pc.sum(commas).as_py() or 0)

    def _look(self, chunk: bytes) -> None:
        if not self._has_space_before_quote and ord('"') in chunk:
            self._has_quotes = True
            # What lies across two chunks, then what lies within this one.
            seam = self._tail + chunk[:_TAIL_BYTES]
            self._has_space_before_quote = any(
                _has_space_before_quote(*seen) for seen in ((seam, len(self._tail)), (chunk, _TAIL_BYTES))
            )
        self._tail = (self._tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]

    @property
    def marks(self) -> Marks:
        """What was read."""
        return Marks(self._commas, self._has_quotes, self._has_space_before_quote)


def read_marks(path: Path) -> Marks:
    """The marks of a whole file."""
    reader = MarkReader()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            for read in reader.readers:
                read(chunk)
    return reader.marks


def _has_space_before_quote(seen: bytes, known: int) -> bool:
    """Whether a value begins with blanks before its quote; `known` is how much of the bytes is looked at elsewhere.

    A run of blanks longer than the tail that is kept is no mistake of a program, but counts as one.
    """
    return any(
        seen[max(match.end() - 1 - _TAIL_BYTES, 0) : match.end() - 1].rstrip(b" \t")[-1:] in (b",", b"\r", b"\n", b"")
        for match in _QUOTE_AFTER_BLANK.finditer(seen)
        if match.end() > known
    )
