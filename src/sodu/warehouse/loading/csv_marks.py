"""What the bytes of a CSV file say of it at the speed of reading: enough to know what need not be looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

_CHUNK_BYTES = 8 * 1024**2
_SPACE_BEFORE_QUOTE = re.compile(rb'[,\r\n][ \t]+"')
_OUTER_BLANKS = (b" ,", b", ", b" \n", b"\n ", b" \r")
# Where UTF-8 has control characters and white space beyond ASCII's: U+0080 to U+00A0, and the leading bytes of others.
_FAR_SIGNS = (b"\xc2", b"\xe1\x9a\x80", b"\xe2", b"\xe3\x80\x80", b"\x7f")


@dataclass(frozen=True)
class Marks:
    """How often the signs that give a CSV file its shape stand in its bytes."""

    commas: int
    has_quotes: bool
    has_space_before_quote: bool
    is_plain: bool
    """Surely without quotes, control characters in texts, and blanks at the ends of texts."""


def read_marks(path: Path) -> Marks:
    """Read a file's bytes once."""
    commas, has_quotes, spaced, is_plain, tail = 0, False, False, True, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            commas += chunk.count(b",")
            # Blanks may be cut by the chunk's end; a run longer than this is no mistake of a program.
            seen = tail + chunk
            if b'"' in chunk:
                has_quotes = True
                spaced = spaced or bool(_SPACE_BEFORE_QUOTE.search(seen))
            is_plain = is_plain and not has_quotes and _is_plain(chunk, seen)
            tail = chunk[-64:]
    return Marks(commas, has_quotes, spaced, is_plain and tail[-1:] != b" ")


def _is_plain(chunk: bytes, seen: bytes) -> bool:
    if any(blanks in seen for blanks in _OUTER_BLANKS):
        return False
    if not chunk.isascii() and any(sign in seen for sign in _FAR_SIGNS):
        return False
    signs = pa.Array.from_buffers(pa.uint8(), len(chunk), [None, pa.py_buffer(chunk)])
    controls = pc.less(signs, pa.scalar(0x20, pa.uint8())).true_count
    line_ends = chunk.count(b"\n") + chunk.count(b"\r")
    return controls == line_ends and b"\x7f" not in chunk and (b"\r" not in chunk or b"\r\n" in seen)
