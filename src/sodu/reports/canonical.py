r"""The canonical text of an answer's rows, and its SHA-256: the same on every engine, for anyone to recompute.

One line a row over the shown columns, in order: fields joined by TAB, each line ended by LF, in UTF-8. A field is
- missing: `\N`
- a text: itself, with `\` as `\\`, TAB as `\t`, LF as `\n` and CR as `\r`
- a decimal or a count: plain notation without superfluous zeros, never `-0`
- a change rate with nothing before and something now: `new`
- a day: `YYYY-MM-DD`; an instant: whole microseconds since 1970-01-01T00:00:00Z
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import pyarrow as pa

from sodu.reports.column import Column, Kind
from sodu.warehouse.texts import RowTexts, quoted, small


class Digest:
    """The SHA-256 of the canonical text, fed batch by batch."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._texts = RowTexts({"line": canonical_expression(columns)})
        self._hash = hashlib.sha256()

    def update(self, batch: pa.RecordBatch) -> None:
        """Take the rows of a batch in."""
        self.update_all((batch,))

    def update_all(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Take the rows of several batches in."""
        for piece in small(batches):
            self._hash.update(self._texts.of(piece)["line"])

    def hexdigest(self) -> str:
        """The SHA-256 of all rows so far."""
        return self._hash.hexdigest()


def canonical_expression(columns: Sequence[Column]) -> str:
    """SQL that makes a row's canonical line."""
    fields = ", chr(9), ".join(_field(column) for column in columns)
    return f"concat({fields}, chr(10))"


def is_new(column: Column) -> str:
    """SQL condition: nothing before, something now, so that there is no rate of change but "new"."""
    before, now = quoted(f"{column.base}_before"), quoted(column.base or "")
    return f"({quoted(column.name)} IS NULL AND {before} = '0' AND {now} <> '0')"


def _field(column: Column) -> str:
    name = quoted(column.name)
    match column.kind:
        case Kind.INSTANT:
            text = f"epoch_us({name})::VARCHAR"
        case Kind.DAY | Kind.COUNT:
            text = f"{name}::VARCHAR"
        case Kind.CHANGE_RATE:
            text = f"CASE WHEN {is_new(column)} THEN 'new' ELSE {name} END"
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            text = name
        case _:
            text = _escaped(name)
    return f"coalesce({text}, '\\N')"


def _escaped(name: str) -> str:
    escaped = f"replace({name}, '\\', '\\\\')"
    for code, letter in ((9, "t"), (10, "n"), (13, "r")):
        escaped = f"replace({escaped}, chr({code}), '\\{letter}')"
    return f"CASE WHEN regexp_matches({name}, '[\\\\\\t\\n\\r]') THEN {escaped} ELSE {name} END"
