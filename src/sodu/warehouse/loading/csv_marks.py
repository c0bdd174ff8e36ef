"""What the bytes of a CSV file say of it at the speed of reading: enough to know what need not be looked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_TAIL_BYTES = 64
_ONE = pa.scalar(1, pa.uint8())
_QUOTE_AFTER_BLANK = re.compile(rb'"(?<=[,\r\n \t][ \t]")')
# Control characters and white space beyond ASCII's, in UTF-8: each with its rarest byte, without which it need not be
# looked for.
_FAR_SIGNS = {
    0xC2: re.compile(rb"\xc2[\x80-\xa0]"),
    0xE2: re.compile(rb"\xe2(?:\x80[\x80-\x8a\xa8\xa9\xaf]|\x81\x9f)"),
    0x9A: re.compile(rb"\xe1\x9a\x80"),
    0xE3: re.compile(rb"\xe3\x80\x80"),
}


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
        self._controls = ""
        self._has_other_controls = self._has_far_signs = False
        self._has_quotes = self._has_space_before_quote = False
        self._tail = b""

    @property
    def readers(self) -> tuple[Callable[[bytes], None], ...]:
        """What reads chunks; each may have a thread of its own."""
        return self._count, self._look

    def _count(self, chunk: bytes) -> None:
        # Counted by Arrow, since it lets other threads go on meanwhile.
        signs = pa.Array.from_buffers(pa.uint8(), len(chunk), [None, pa.py_buffer(chunk)])
        self._commas += _sum(pc.equal(signs, _sign(",")))
        self._has_other_controls |= 0x7F in chunk
        # Line ends come out as the greatest byte, all other controls as the least: most files hold none of those.
        if pc.min(pc.subtract(pc.bit_wise_xor(signs, _sign("\n")), _ONE)).as_py() < _sign(" ").as_py() - 1:
            self._count_controls(chunk, signs)

    def _count_controls(self, chunk: bytes, signs: Any) -> None:
        controls = _sum(pc.less(signs, _sign(" "))) - _sum(pc.equal(signs, _sign("\n")))
        for control in "\r\t":
            if ord(control) in chunk:
                controls -= chunk.count(ord(control))
                self._controls += control if control not in self._controls else ""
        self._has_other_controls |= controls > 0

    def _look(self, chunk: bytes) -> None:
        # What lies across two chunks, then what lies within this one.
        seam = self._tail + chunk[:_TAIL_BYTES]
        if not self._has_space_before_quote and ord('"') in chunk:
            self._has_quotes = True
            self._has_space_before_quote = any(
                _has_space_before_quote(*seen) for seen in ((seam, len(self._tail)), (chunk, _TAIL_BYTES))
            )
        if not self._has_far_signs and not chunk.isascii():
            self._has_far_signs = _has_far_signs(seam) or _has_far_signs(chunk)
        self._tail = (self._tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]

    @property
    def marks(self) -> Marks:
        """What was read."""
        is_plain = not (self._has_other_controls or self._has_far_signs)
        controls = "\n" + self._controls if is_plain else None
        return Marks(self._commas, self._has_quotes, self._has_space_before_quote, controls)


def _sign(character: str) -> Any:
    return pa.scalar(ord(character), pa.uint8())


def _sum(found: Any) -> int:
    return int(pc.sum(found).as_py() or 0)


def _has_far_signs(seen: bytes) -> bool:
    return any(rare in seen and sign.search(seen) for rare, sign in _FAR_SIGNS.items())


def _has_space_before_quote(seen: bytes, known: int) -> bool:
    """Whether a value begins with blanks before its quote; `known` is how much of the bytes is looked at elsewhere.

    A run of blanks longer than the tail that is kept is no mistake of a program, but counts as one.
    """
    return any(
        seen[max(match.end() - 1 - _TAIL_BYTES, 0) : match.end() - 1].rstrip(b" \t")[-1:] in (b",", b"\r", b"\n", b"")
        for match in _QUOTE_AFTER_BLANK.finditer(seen)
        if match.end() > known
    )
