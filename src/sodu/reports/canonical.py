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
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.reports.column import Column, Kind
from sodu.reports.column_texts import change_rates
from sodu.values import limits
from sodu.warehouse.texts import Escape, data_of, one_by_one, prepared, small

_BETWEEN, _END, _NOTHING = (pa.scalar(text, pa.string()) for text in ("\t", "\n", ""))


class Digest:
    """The SHA-256 of the canonical text, fed batch by batch."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._hash = hashlib.sha256()

    def update(self, batch: pa.RecordBatch) -> None:
        """Take the rows of a batch in."""
        fields = [_field(column, batch) for column in self._columns]
        for start in range(0, batch.num_rows, limits.TEXT_ROWS):
            *others, last = (field.slice(start, limits.TEXT_ROWS) for field in fields)
            ended = _joined(last, _END, _NOTHING)
            lines = _joined(*others, ended, _BETWEEN)
            self._hash.update(data_of(lines))

    def update_all(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Take the rows of several batches in."""
        for piece in small(batches):
            self.update(piece)

    def hexdigest(self) -> str:
        """The SHA-256 of all rows so far."""
        return self._hash.hexdigest()


def _joined(*texts: Any) -> Any:
    """Texts of each row one after the other, the last of `texts` between them."""
    return pc.binary_join_element_wise(*texts, null_handling="replace", null_replacement="\\N")


def _field(column: Column, batch: pa.RecordBatch) -> Any:
    """A column's fields; null where a value is missing."""
    array: Any = batch.column(column.name)
    match column.kind:
        case Kind.INSTANT:
            return array.cast(pa.int64()).cast(pa.string())
        case Kind.DAY | Kind.COUNT:
            return array.cast(pa.string())
        case Kind.CHANGE_RATE:
            return change_rates(column, batch)
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            return one_by_one(prepared(batch, column.name))
        case _:
            if not ESCAPE.concerns(array):
                return array
            return one_by_one(ESCAPE.harmless(prepared(batch, column.name)))


def _escaped(text: str) -> str:
    return text.translate(_WRITTEN)


_WRITTEN = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ESCAPE = Escape((b"\\", b"\t", b"\n", b"\r"), r"[\\\t\n\r]", _escaped)
