"""What the bytes of a CSV file say of it at the speed of reading: enough to know what need not be looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAIL_BYTES = 64
_QUOTE_AFTER_BLANK = re.compile(rb'"(?<=[,\r\n \t][ \t]")')
# One pass takes out all but these: what is left is short, and counted as often as is wanted.
_UNMARKED = bytes(sign for sign in range(0x100) if not (sign < 0x20 or sign == 0x7F or sign in b',"'))
_KNOWN = b',"\n\r\t'
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
    """How often the signs that give a CSV file its shape stand in its bytes."""

    commas: int
    line_feeds: int
    returns: int
    tabs: int
    has_quotes: bool
    has_space_before_quote: bool
    is_plain: bool
    """Surely without control characters, save for the three above, and without white space other than ASCII's."""
    ends_line: bool
    """Whether the last row has a line end."""


class MarkReader:
    """Reads the marks of a file whose chunks it is given one after the other."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(_KNOWN, 0)
        self._has_space_before_quote = False
        self._is_plain = True
        self._tail = b""

    def read(self, chunk: bytearray) -> None:
        """Take in the next chunk."""
        marks = chunk.translate(None, _UNMARKED)
        found = {sign: marks.count(sign) for sign in _KNOWN}
        for sign, count in found.items():
            self._counts[sign] += count
        self._is_plain = self._is_plain and sum(found.values()) == len(marks)
        # What lies across two chunks, then what lies within this one.
        seam = self._tail + chunk[:_TAIL_BYTES]
        if found[ord('"')] and not self._has_space_before_quote:
            self._has_space_before_quote = any(
                _has_space_before_quote(*seen) for seen in ((seam, len(self._tail)), (chunk, _TAIL_BYTES))
            )
        if self._is_plain and not chunk.isascii():
            self._is_plain = not (_has_far_signs(seam) or _has_far_signs(chunk))
        self._tail = (self._tail + chunk[-_TAIL_BYTES:])[-_TAIL_BYTES:]

    @property
    def marks(self) -> Marks:
        """What was read."""
        counts = self._counts
        return Marks(
            counts[ord(",")],
            counts[ord("\n")],
            counts[ord("\r")],
            counts[ord("\t")],
            counts[ord('"')] > 0,
            self._has_space_before_quote,
            self._is_plain,
            self._tail.endswith((b"\n", b"\r")),
        )


def _has_far_signs(seen: bytes | bytearray) -> bool:
    return any(rare in seen and sign.search(seen) for rare, sign in _FAR_SIGNS.items())


def _has_space_before_quote(seen: bytes | bytearray, known: int) -> bool:
    """Whether a value begins with blanks before its quote; `known` is how much of the bytes is looked at elsewhere.

    A run of blanks longer than the tail that is kept is no mistake of a program, but counts as one.
    """
    return any(
        seen[max(match.end() - 1 - _TAIL_BYTES, 0) : match.end() - 1].rstrip(b" \t")[-1:] in (b",", b"\r", b"\n", b"")
        for match in _QUOTE_AFTER_BLANK.finditer(seen)
        if match.end() > known
    )
