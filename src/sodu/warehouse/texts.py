"""Texts of rows, made by columns: SQL text expressions over Arrow batches, whatever engine they came from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sodu.values import limits
from sodu.values.money import plain
from sodu.warehouse.local_time import local_name, offset_name, with_local_times


@dataclass(frozen=True)
class Cell:
    """One column's part of a row's text: `before`, the value and `after`, or all of `missing` where it is null."""

    column: str
    before: str = ""
    value: str | tuple[str, ...] = ""
    """SQL, or pieces of it to be joined; the column itself where it is empty."""
    after: str = ""
    missing: str = ""
    whole: bool = False
    """Whether `value` has a text for a null too."""


@dataclass(frozen=True)
class Row:
    """A row's text: what it begins with, its cells, what it ends with."""

    start: str
    cells: Sequence[Cell]
    end: str


@dataclass(frozen=True)
class Escape:
    """How texts are made harmless in a format, and how to tell that a column needs none of it."""

    sql: Callable[[str], str]
    """From the SQL of a text to the SQL of the escaped text."""
    characters: bytes
    """ASCII characters that need it; without them and `sequences`, a text may stand as it is."""
    sequences: tuple[bytes, ...] = ()

    def concerns(self, texts: pa.Array[Any]) -> bool:
        """Whether any of the texts may need it: a look at the bytes of all of them at once."""
        data = bytes(_data(texts))
        if len(data.translate(None, self.characters)) < len(data):
            return True
        return any(sequence in data for sequence in self.sequences)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An empty database to make texts in: one a process, since opening one takes longer than a small answer."""
    # A batch is one task to the engine, so that further threads would only wait.
    connection = duckdb.connect(":memory:", config={"threads": 1})
    for statement in ("SET enable_external_access = false", "SET lock_configuration = true"):
        connection.execute(statement)
    return connection


class RowTexts:
    """Makes texts of rows, one a name, batch by batch, in DuckDB's dialect.

    In the cells' SQL, decimal columns are texts in plain notation, the cells' text columns are escaped, and all others
    keep their type.
    """

    def __init__(self, rows: Mapping[str, Row], escape: Escape, zone: str = "UTC") -> None:
        self._connection = _engine().cursor()
        self._rows = rows
        self._escape = escape
        self._zone = zone
        self._columns = {cell.column for row in rows.values() for cell in row.cells}

    def of(self, batch: pa.RecordBatch) -> dict[str, memoryview]:
        """The UTF-8 bytes of all rows' texts, one after the other, by name."""
        if not batch.num_rows:
            return {name: memoryview(b"") for name in self._rows}
        self._connection.register(
            "batch", pa.Table.from_batches([with_local_times(with_plain_decimals(batch), self._zone)])
        )
        # One batch out for one batch in: its data buffer is the text of all rows as it stands.
        answer = self._connection.sql(self._sql(batch)).to_arrow_table(batch_size=batch.num_rows)
        self._connection.unregister("batch")
        return {name: _data(answer.column(name).combine_chunks()) for name in self._rows}

    def close(self) -> None:
        """Give the engine's memory back."""
        self._connection.close()

    def _sql(self, batch: pa.RecordBatch) -> str:
        """The query for a batch: nulls and escapes cost time, and are left out where the batch has none."""
        columns = {name: batch.column(name) for name in self._columns}
        nullable = {name for name, array in columns.items() if array.null_count}
        escapes = ", ".join(
            f"{self._escape.sql(quoted(name))} AS {quoted(name)}"
            for name, array in columns.items()
            if pa.types.is_string(array.type) and self._escape.concerns(array)
        )
        source = f"(SELECT * REPLACE ({escapes}) FROM batch)" if escapes else "batch"
        items = ", ".join(f"{_row_sql(row, nullable)} AS {quoted(name)}" for name, row in self._rows.items())
        return f"SELECT {items} FROM {source}"


def _row_sql(row: Row, nullable: set[str]) -> str:
    """SQL of a row: one flat concatenation, neighbouring literals made one."""
    pieces, text = [], row.start
    for cell in row.cells:
        values = (cell.value or quoted(cell.column),) if isinstance(cell.value, str) else cell.value
        before, after = cell.before, cell.after
        if cell.column in nullable and not cell.whole:
            parts = " || ".join(part for part in (_some(cell.before), *values, _some(cell.after)) if part)
            values, before, after = (f"coalesce({parts}, {literal(cell.missing)})",), "", ""
        # Pieces of the one concatenation: joining them first would make a text more for each row.
        pieces += [_some(text + before), *values]
        text = after
    pieces.append(_some(text + row.end))
    return f"concat({', '.join(piece for piece in pieces if piece)})"


def _some(text: str) -> str:
    return literal(text) if text else ""


def small(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches whose texts surely fit into one Arrow string buffer (2 GB)."""
    for batch in batches:
        if batch.num_rows <= 1 or (
            batch.num_rows <= limits.STREAM_BATCH_ROWS and batch.nbytes <= limits.STREAM_BATCH_BYTES
        ):
            yield batch
        else:
            middle = batch.num_rows // 2
            yield from small((batch.slice(0, middle), batch.slice(middle)))


def with_plain_decimals(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with its decimals as texts in plain notation."""
    arrays = [
        _RECENT.texts(array) if pa.types.is_decimal(array.type) else array
        for array in (batch.column(index) for index in range(batch.num_columns))
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


class _Recent:
    """The last columns of decimals and their texts: an answer's hash and its rendering ask for the same ones in turn."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: OrderedDict[tuple[int, ...], tuple[pa.Array[Any], pa.Array[Any]]] = OrderedDict()
        self._lock = Lock()

    def texts(self, array: pa.Array[Any]) -> pa.Array[Any]:
        """The column's texts, as they were found before if they were."""
        key = (*(buffer.address if buffer else 0 for buffer in array.buffers()), array.offset, len(array))
        with self._lock:
            found = self._found.get(key)
        # The column is kept beside its texts, so that no other one can come to lie where it does.
        if found and found[0].type == array.type:
            return found[1]
        texts = plain_texts(array)
        with self._lock:
            self._found[key] = (array, texts)
            while len(self._found) > self._size:
                self._found.popitem(last=False)
        return texts


_RECENT = _Recent(limits.RECENT_COLUMNS)


def plain_texts(array: pa.Array[Any]) -> pa.Array[Any]:
    """Decimals in plain notation, without zeros beyond what the value needs."""
    # The engine's own cast and trim take four times as long.
    texts: Any = array.cast(pa.string())
    if array.type.scale <= 0:
        return cast("pa.Array[Any]", texts)
    trimmed: Any = pc.ascii_rtrim(pc.ascii_rtrim(texts, "0"), ".")
    # Arrow writes 0 and values below 10^-6 with an exponent.
    exponential: Any = pc.match_substring(texts, "E")
    if pc.any(exponential).as_py():
        zero: Any = pc.equal(array, pa.scalar(0, array.type))
        trimmed = pc.if_else(zero, "0", trimmed)
        dust: Any = pc.and_not(exponential, zero)
        if pc.any(dust).as_py():
            values: list[Any] = array.filter(dust).to_pylist()
            trimmed = pc.replace_with_mask(trimmed, dust, pa.array([plain(value) for value in values], pa.string()))
    return cast("pa.Array[Any]", trimmed)


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def local(name: str) -> str:
    """SQL of an instant column as the naive local time of the rows' zone."""
    return quoted(local_name(name))


def instant_text(name: str) -> str:
    """SQL of an instant column as ISO 8601 in the rows' zone, with its offset; microseconds where there are any."""
    time = local(name)
    fraction = f"CASE WHEN epoch_us({time}) % 1000000 = 0 THEN '' ELSE strftime({time}, '.%f') END"
    return f"concat(replace(left({time}::VARCHAR, 19), ' ', 'T'), {fraction}, {quoted(offset_name(name))})"


def _data(texts: pa.Array[Any]) -> memoryview:
    """The bytes of a string array's values, as they lie in memory."""
    _validity, offsets, data = texts.buffers()
    if data is None or offsets is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]]
