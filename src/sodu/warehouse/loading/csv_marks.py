"""What the bytes of a CSV file say of it at the speed of reading: enough to know what need not be looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_CHUNK_BYTES = 8 * 1024**2
_BLANK_AND_QUOTE = (re.compile(rb' "'), re.compile(rb'\t"'))
_NO_CONTROLS = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
# Control characters and white space beyond ASCII's, in UTF-8; each pattern begins with letters, which are quick to find.
_FAR_SIGNS = tuple(
    map(
        re.compile,
        (
            rb"\xc2[\x80-\xa0]",
            rb"\xe2\x80[\x80-\x8a\xa8\xa9\xaf]",
            rb"\xe2\x81\x9f",
            rb"\xe1\x9a\x80",
            rb"\xe3\x80\x80",
        ),
    )
)


@dataclass(frozen=True)
class Marks:
    """How often the signs that give a CSV file its shape stand in its bytes."""

    commas: int
    has_quotes: bool
    has_space_before_quote: bool
    is_plain: bool
    """Surely without control characters, save for line ends, and without white space other than ASCII's blank."""


def read_marks(path: Path) -> Marks:
    """Read a file's bytes once."""
    commas, has_quotes, spaced, is_plain, tail = 0, False, False, True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            commas += chunk.count(b",")
            if b'"' in chunk:
                has_quotes = True
                # Blanks may be cut by the chunk's end; a run longer than this is no mistake of a program.
                spaced = spaced or _has_space_before_quote(tail + chunk)
            is_plain = is_plain and _is_plain(chunk, tail)
            tail = chunk[-64:]
    return Marks(commas, has_quotes, spaced, is_plain)


def _has_space_before_quote(seen: bytes) -> bool:
    """Whether a value begins with blanks before its quote; one pattern for this would try every comma."""
    return any(
        seen[max(match.end() - 65, 0) : match.end() - 1].rstrip(b" \t")[-1:] in (b",", b"\r", b"\n", b"")
        for blank in _BLANK_AND_QUOTE
        if blank.pattern[:1] in seen
        for match in blank.finditer(seen)
    )


def _is_plain(chunk: bytes, tail: bytes) -> bool:
    if not chunk.isascii() and any(sign.search(tail[-2:] + chunk) for sign in _FAR_SIGNS):
        return False
    controls = chunk.translate(None, _NO_CONTROLS)
    # A lone carriage return ends a line for the engine, too.
    return controls.count(b"\n") + controls.count(b"\r") == len(controls)
