"""Texts of rows, made by columns: SQL text expressions over Arrow batches, whatever engine they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from struct import pack
from typing import Any, cast
from weakref import ref

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
    """How texts are made harmless in a format, and how to tell those that need it."""

    hint: str | tuple[bytes, ...]
    """What any text that needs it holds, RE2 or some bytes, so that one look at a whole column may settle it."""
    pattern: str
    """RE2: what a text that needs it matches, unless it needs it for being empty."""
    text: Callable[[str], str]
    """From such a text to the escaped one."""
    empty: bool = False
    """Whether an empty text needs it too."""

    def harmless(self, texts: pa.Array[Any]) -> pa.Array[Any]:
        """The column, escaped; each different text once where it holds few."""
        if isinstance(texts, pa.DictionaryArray):
            dictionary, escaped = texts.dictionary, self.harmless(texts.dictionary)
            return texts if escaped is dictionary else pa.DictionaryArray.from_arrays(texts.indices, escaped)
        if not self.concerns(texts):
            return texts
        needed: Any = pc.match_substring_regex(texts, f"^$|{self.pattern}" if self.empty else self.pattern)
        encoded: Any = texts.filter(needed).dictionary_encode()
        made = pa.array([self.text(text) for text in encoded.dictionary.to_pylist()], pa.string())
        return cast("pa.Array[Any]", pc.replace_with_mask(texts, needed, made.take(encoded.indices)))

    def concerns(self, texts: pa.Array[Any]) -> bool:
        """Whether any of the texts may need it."""
        if self._is_hinted(data_of(texts)):
            return True
        lengths: Any = pc.binary_length(cast("pa.StringArray", texts))
        return self.empty and pc.min(lengths).as_py() == 0

    def _is_hinted(self, data: memoryview) -> bool:
        if isinstance(self.hint, tuple):
            whole = bytes(data)
            return any(mark in whole for mark in self.hint)
        ends = pack("<2i", 0, len(data))
        text: Any = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
        return bool(pc.match_substring_regex(text, self.hint)[0].as_py())


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

    def of(self, batch: pa.RecordBatch) -> Iterator[dict[str, memoryview]]:
        """The UTF-8 bytes of all rows' texts, one after the other, by name; in pieces that a cache holds."""
        if not batch.num_rows:
            return
        self._connection.register("batch", pa.Table.from_batches([self._prepared(batch)]))
        # The data buffer of a batch that comes out is the text of all its rows as it stands.
        reader = self._connection.sql(self._sql(batch)).to_arrow_reader(_piece_rows(batch))
        try:
            for piece in reader:
                yield {name: data_of(piece.column(name)) for name in self._rows}
        finally:
            reader.close()
            self._connection.unregister("batch")

    def close(self) -> None:
        """Give the engine's memory back."""
        self._connection.close()

    def _prepared(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with what the cells' SQL is made for."""
        arrays: list[Any] = []
        for field in batch.schema:
            array = prepared(batch, field.name)
            is_text = pa.types.is_string(field.type) and field.name in self._columns
            arrays.append(self._escape.harmless(array) if is_text else array)
        return with_local_times(pa.RecordBatch.from_arrays(arrays, names=batch.schema.names), self._zone)

    def _sql(self, batch: pa.RecordBatch) -> str:
        """The query for a batch: nulls cost time, and are left out where a column has none, or nothing else."""
        nulls = {name: batch.column(name).null_count for name in self._columns}
        nullable = {name: count == batch.num_rows for name, count in nulls.items() if count}
        items = ", ".join(f"{_row_sql(row, nullable)} AS {quoted(name)}" for name, row in self._rows.items())
        return f"SELECT {items} FROM batch"


def _row_sql(row: Row, nullable: Mapping[str, bool]) -> str:
    """SQL of a row: one flat concatenation, neighbouring literals made one. `nullable`: and whether all is null."""
    pieces, text = [], row.start
    for cell in row.cells:
        values = (cell.value or quoted(cell.column),) if isinstance(cell.value, str) else cell.value
        before, after = cell.before, cell.after
        if cell.column in nullable and not cell.whole:
            if nullable[cell.column]:
                text += cell.missing
                continue
            # A null adds nothing to a concatenation.
            if cell.missing != before + after or len(values) > 1:
                parts = " || ".join(part for part in (_some(before), *values, _some(after)) if part)
                values, before, after = (f"coalesce({parts}, {literal(cell.missing)})",), "", ""
        # Pieces of the one concatenation: joining them first would make a text more for each row.
        pieces += [_some(text + before), *values]
        text = after
    pieces.append(_some(text + row.end))
    return f"concat({', '.join(piece for piece in pieces if piece)})"


def _piece_rows(batch: pa.RecordBatch) -> int:
    """How many rows' texts are made at once."""
    return min(limits.TEXT_ROWS, max(1, batch.num_rows * limits.TEXT_BYTES // max(batch.nbytes, 1)))


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


_PREPARED: dict[int, tuple[ref[pa.RecordBatch], dict[str, pa.Array[Any]]]] = {}


def prepared(batch: pa.RecordBatch, name: str) -> pa.Array[Any]:
    """A column of a batch, its decimals as texts, and all texts by their different values where these are few.

    It is kept as long as the batch is: an answer's hash and its rendering ask for the same ones.
    """
    key = id(batch)
    if key not in _PREPARED:
        _PREPARED[key] = ref(batch, lambda _gone: _PREPARED.pop(key, None)), {}
    found = _PREPARED[key][1]
    if name not in found:
        found[name] = _prepared(batch.column(name))
    return found[name]


def _prepared(array: pa.Array[Any]) -> pa.Array[Any]:
    is_decimal = pa.types.is_decimal(array.type)
    if not is_decimal and not pa.types.is_string(array.type):
        return array
    sample = array.slice(0, limits.TEXT_SAMPLE_ROWS)
    if 2 * len(sample.dictionary_encode().dictionary) > len(sample):
        return plain_texts(array) if is_decimal else array
    by_values: Any = array.dictionary_encode()
    if not is_decimal:
        return cast("pa.Array[Any]", by_values)
    return pa.DictionaryArray.from_arrays(by_values.indices, plain_texts(by_values.dictionary))


# Arrow looks for a package of dates, in vain, whenever it is to find out the type of a value.
_ZERO = pa.scalar("0", pa.string())


def plain_texts(array: pa.Array[Any]) -> pa.Array[Any]:
    """Decimals in plain notation, without zeros beyond what the value needs."""
    # The engine's own cast and trim take four times as long.
    texts: Any = array.cast(pa.string())
    if array.type.scale <= 0:
        return cast("pa.Array[Any]", texts)
    trimmed: Any = pc.ascii_rtrim(pc.ascii_rtrim(texts, "0"), ".")
    # Arrow writes 0 and values below 10^-6 with an exponent.
    if exponents := bytes(data_of(texts)).count(b"E"):
        zero: Any = pc.equal(texts, pa.scalar(f"0E-{array.type.scale}", pa.string()))
        trimmed = pc.if_else(zero, _ZERO, trimmed)
        if pc.sum(zero).as_py() != exponents:
            dust: Any = pc.and_not(pc.match_substring(texts, "E"), zero)
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


def data_of(texts: pa.Array[Any]) -> memoryview:
    """The bytes of a string array's values, as they lie in memory."""
    _validity, offsets, data = texts.buffers()
    if data is None or offsets is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]]
