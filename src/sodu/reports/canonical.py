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
from sodu.warehouse.texts import Cell, Escape, Row, RowTexts, quoted, small


class Digest:
    """The SHA-256 of the canonical text, fed batch by batch."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._texts = RowTexts({"line": canonical_row(columns)}, ESCAPE)
        self._hash = hashlib.sha256()

    def update(self, batch: pa.RecordBatch) -> None:
        """Take the rows of a batch in."""
        self.update_all((batch,))

    def update_all(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Take the rows of several batches in."""
        for piece in small(batches):
            for texts in self._texts.of(piece):
                self._hash.update(texts["line"])

    def hexdigest(self) -> str:
        """The SHA-256 of all rows so far."""
        return self._hash.hexdigest()


def canonical_row(columns: Sequence[Column]) -> Row:
    """What makes a row's canonical line."""
    return Row("", [_cell(column, "\t" if index else "") for index, column in enumerate(columns)], "\n")


def is_new(column: Column) -> str:
    """SQL condition: nothing before, something now, so that there is no rate of change but "new"."""
    before, now = quoted(f"{column.base}_before"), quoted(column.base or "")
    return f"({quoted(column.name)} IS NULL AND {before} = '0' AND {now} <> '0')"


def _cell(column: Column, before: str) -> Cell:
    name = quoted(column.name)
    missing = before + "\\N"
    match column.kind:
        case Kind.INSTANT:
            return Cell(column.name, before, f"epoch_us({name})::VARCHAR", missing=missing)
        case Kind.DAY | Kind.COUNT:
            return Cell(column.name, before, f"{name}::VARCHAR", missing=missing)
        case Kind.CHANGE_RATE:
            text = f"CASE WHEN {is_new(column)} THEN 'new' ELSE coalesce({name}, '\\N') END"
            return Cell(column.name, before, text, whole=True)
        case _:
            return Cell(column.name, before, missing=missing)


def _escaped(text: str) -> str:
    return text.translate(_WRITTEN)


_WRITTEN = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_ESCAPED = r"[\\\t\n\r]"
ESCAPE = Escape(_ESCAPED, _ESCAPED, _escaped)
