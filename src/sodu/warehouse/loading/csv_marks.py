"""What the bytes of a CSV file say of it at the speed of reading: enough to know what need not be looked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from struct import pack
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_TAIL_BYTES = 64
_COMMA = pa.scalar(ord(","), pa.uint8())
_QUOTE_AFTER_BLANK = re.compile(rb'"(?<=[,\r\n \t][ \t]")')
# Control characters and white space beyond ASCII's, in UTF-8: each with its rarest byte, without which it need not be
# looked for; and those all of whose bytes are frequent, since dashes and quotes have them too.
_FAR_SIGNS = {
    0xC2: re.compile(rb"\xc2[\x80-\xa0]"),
    0x9A: re.compile(rb"\xe1\x9a\x80"),
    0xE3: re.compile(rb"\xe3\x80\x80"),
}
_NEAR_SIGNS = r"\xe2(?:\x80[\x80-\x8a\xa8\xa9\xaf]|\x81\x9f)"
_CONTROLS = (frozenset(range(0x20)) | {0x7F}) - {ord("\n")}
_COMMON = bytes(set(range(0x100)) - _CONTROLS - set(_FAR_SIGNS))
"""What nothing is told by, but that it is no far sign's rarest byte."""


@dataclass(frozen=True)
class Marks:
    """What the signs are that give a CSV file its shape."""

    commas: int
    has_quotes: bool
    has_space_before_quote: bool
    controls: str | None
    """The control characters in its bytes, where there are none but line ends and tabs, and no far white space."""


class MarkReader:
    """Reads the marks of a file whose chunks are given to each of `readers`, one after the other."""

    def __init__(self) -> None:
        self._commas = 0
        self._controls: set[int] = set()
        self._has_far_signs = self._has_near_signs = False
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
        # One pass takes out nearly all that a file is made of.
        rare = set(chunk.translate(None, _COMMON))
        self._controls |= rare & _CONTROLS
        self._has_far_signs |= any(byte in rare and sign.search(chunk) is not None for byte, sign in _FAR_SIGNS.items())

    def _look(self, chunk: bytes) -> None:
        # What lies across two chunks, then what lies within this one.
        seam = self._tail + chunk[:_TAIL_BYTES]
        if not self._has_space_before_quote and ord('"') in chunk:
            self._has_quotes = True
            self._has_space_before_quote = any(
                _has_space_before_quote(*seen) for seen in ((seam, len(self._tail)), (chunk, _TAIL_BYTES))
            )
        if not self._has_near_signs and not chunk.isascii():
            far = any(sign.search(seam) for sign in _FAR_SIGNS.values())
            self._has_near_signs = far or _has_near_signs(seam) or _has_near_signs(chunk)
        self._tail = (self._tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]

    @property
    def marks(self) -> Marks:
        """What was read."""
        is_plain = not (self._has_far_signs or self._has_near_signs or self._controls - set(b"\r\t"))
        controls = "\n" + "".join(map(chr, sorted(self._controls, reverse=True))) if is_plain else None
        return Marks(self._commas, self._has_quotes, self._has_space_before_quote, controls)


def _has_near_signs(seen: bytes) -> bool:
    """Told by RE2, which skips to a sign's first byte, and lets other threads go on."""
    ends = pack("<2q", 0, len(seen))
    text = pa.Array.from_buffers(pa.large_binary(), 1, [None, pa.py_buffer(ends), pa.py_buffer(seen)])
    return bool(pc.match_substring_regex(text, _NEAR_SIGNS)[0].as_py())


def _has_space_before_quote(seen: bytes, known: int) -> bool:
    """Whether a value begins with blanks before its quote; `known` is how much of the bytes is looked at elsewhere.

    A run of blanks longer than the tail that is kept is no mistake of a program, but counts as one.
    """
    return any(
        seen[max(match.end() - 1 - _TAIL_BYTES, 0) : match.end() - 1].rstrip(b" \t")[-1:] in (b",", b"\r", b"\n", b"")
        for match in _QUOTE_AFTER_BLANK.finditer(seen)
        if match.end() > known
    )
