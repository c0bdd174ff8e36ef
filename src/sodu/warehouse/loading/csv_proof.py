"""Proves from a CSV file's bytes that its records are RFC 4180 and that no value breaks a rule of its own.

It tells of all of a file or of nothing: what is not proven is read by those that name rows, columns and faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.warehouse.facts import Type
from sodu.warehouse.loading.rules import BLANKS, CONTROLS, CONTROLS_OF_LONG_TEXT, TEXTS, Cell

_PIECE_BYTES = 16 * 1024**2
"""How much is looked through at once: the pattern is made anew for each piece."""
_PIECE_BYTES_MAX = 4 * _PIECE_BYTES


class Proof:
    """Is given a file's chunks, one after the other; `holds` says whether it proved all of them."""

    def __init__(self, header: bytes, cells: Sequence[Cell]) -> None:
        """`header` is the file's first line, with its end, and `cells` are the columns that it names."""
        self.fails = False
        self._header = header
        self._end = b"\r\n" if header.endswith(b"\r\n") else b"\n"
        self._commas = len(cells) - 1
        self._pattern = rf"\A(?:{','.join(map(_value, cells))}{self._end.decode()})*\z"
        self._rest: list[bytes] = []
        self._may_span_lines = any(cell.type is Type.LONG_TEXT for cell in cells)
        self.records: int | None = 0
        """How many were seen, once all chunks were read; None where values in quotes may hold ends of lines."""

    def read(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        if self.fails:
            return
        self._rest.append(chunk)
        if sum(map(len, self._rest)) >= _PIECE_BYTES:
            self._prove(is_end=False)

    def holds(self) -> bool:
        """Whether there is no doubt, once all chunks were read."""
        if not self.fails:
            self._prove(is_end=True)
        return not self.fails

    def _prove(self, *, is_end: bool) -> None:
        seen = b"".join(self._rest)
        if is_end and seen and not seen.endswith(self._end):
            seen += self._end
        if not seen.startswith(self._header):
            self.fails = True
            return
        start, self._header = len(self._header), b""
        end = len(seen) if is_end else self._last_record_end(seen)
        self._rest = [seen[end:]]
        self._count(seen, start, end)
        self.fails = len(self._rest[0]) > _PIECE_BYTES_MAX or not _matches(seen, start, end, self._pattern)

    def _count(self, seen: bytes, start: int, end: int) -> None:
        if self._may_span_lines and seen.find(b'"', start, end) >= 0:
            self.records = None
        if self.records is not None:
            self.records += seen.count(b"\n", start, end)

    def _last_record_end(self, seen: bytes) -> int:
        """A place where a record likely ends; if it is within a quoted value, nothing is proven."""
        end = seen.rfind(b"\n") + 1
        while end:
            start = seen.rfind(b"\n", 0, end - 1) + 1
            line = seen[start:end]
            if line.count(b",") >= self._commas and line.count(b'"') % 2 == 0:
                break
            end = start
        return end


def _matches(seen: bytes, start: int, end: int, pattern: str) -> bool:
    """Told by RE2, which lets other threads go on. What is no UTF-8 does not match."""
    ends = pack("<2q", start, end)
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(seen)])
    found: Any = pc.match_substring_regex(text, pattern)
    return bool(found[0].as_py())


def _value(cell: Cell) -> str:
    """What a column's values may be, between the commas."""
    plain, quoted = _texts(cell.type) if cell.type in TEXTS else (cell.pattern, cell.pattern)
    return f'(?:{plain}|"{quoted}")' if cell.field.required else f'(?:{plain}|"(?:{quoted})?")?'


def _texts(type_: Type) -> tuple[str, str]:
    """What a text may be that is not empty: without quotes, and within them."""
    controls = CONTROLS_OF_LONG_TEXT if type_ is Type.LONG_TEXT else CONTROLS
    sign, quoted_sign = rf'[^{CONTROLS},"]', rf'(?:[^{controls}"]|"")'
    if type_ is Type.LONG_TEXT:
        return rf'[^{controls}\n,"]+', f"{quoted_sign}+"
    if type_ is Type.TEXT:
        return f"{sign}+", f"{quoted_sign}+"
    end, quoted_end = rf'[^{CONTROLS}{BLANKS},"]', rf'(?:[^{CONTROLS}{BLANKS}"]|"")'
    return f"{end}(?:{sign}*{end})?", f"{quoted_end}(?:{quoted_sign}*{quoted_end})?"
