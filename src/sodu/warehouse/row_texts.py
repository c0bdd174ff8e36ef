"""Texts of rows, made by columns: each column brings its texts once, and rows take them by turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Union, cast

import pyarrow as pa
import pyarrow.compute as pc

from sodu.values import limits
from sodu.warehouse.texts import data_of, numbers

Piece = Union[str, "pa.Array[Any]"]
"""A part of all rows' texts: the same in each row, one text a row, or an index into a few."""

Value = Callable[[pa.RecordBatch], Sequence[Piece]]
"""From a batch to the pieces of a column's value; where it is missing, the last piece has a null."""


# Words that stand in so many rows each are joined to what stands before them, once a word and not once a row.
_ROWS_A_WORD = 8
_BETWEEN, _FIRST = pa.scalar("", pa.string()), pa.scalar(0, pa.int32())


@dataclass(frozen=True)
class Cell:
    """One column's part of a row's text: `before`, the value and `after`, or all of `missing` where there is none."""

    value: Value
    before: str = ""
    after: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Row:
    """A row's text: what it begins with, its cells, what it ends with."""

    start: str
    cells: Sequence[Cell]
    end: str


def row_texts(row: Row, batch: pa.RecordBatch) -> Iterator[memoryview]:
    """The UTF-8 bytes of all rows' texts, one after the other; in stretches that a cache holds."""
    rows = batch.num_rows
    if not rows:
        return
    pool, places = _pooled(_pieces(row, batch), rows)
    step = min(limits.TEXT_ROWS, max(1, rows * limits.TEXT_BYTES // max(batch.nbytes, 1)))
    for start in range(0, rows, step):
        by_columns: Any = pa.concat_arrays([place.slice(start, step) for place in places])
        by_rows = by_columns.take(_turns(len(places), min(step, rows - start)))
        # What is taken lies in memory one after the other: the text of the rows as it stands.
        yield data_of(pool.take(by_rows))


def _pieces(row: Row, batch: pa.RecordBatch) -> list[Piece]:
    """The pieces of the rows; texts that are the same in each row are joined to what follows them."""
    pieces: list[Piece] = []
    text = row.start
    for cell in row.cells:
        for piece in _cell_pieces(cell, batch):
            if isinstance(piece, str):
                text += piece
                continue
            if text and _is_small(piece):
                pieces.append(_after(text, piece))
            else:
                pieces += [text, piece] if text else [piece]
            text = ""
    return [*pieces, text + row.end] if text + row.end else pieces


def _cell_pieces(cell: Cell, batch: pa.RecordBatch) -> Iterator[Piece]:
    value = cell.value(batch)
    last = value[-1]
    if isinstance(last, str) or not last.null_count:
        yield from (cell.before, *value, cell.after)
    elif last.null_count == len(last):
        yield cell.missing
    else:
        is_missing = last.is_null()
        yield _unless(is_missing, cell.before, cell.missing)
        for piece in (*value, cell.after):
            yield _unless(is_missing, piece)


def _unless(is_missing: Any, piece: Any, instead: str = "") -> Piece:
    """A piece where the value is not missing."""
    if isinstance(piece, str):
        return pa.DictionaryArray.from_arrays(is_missing.cast(pa.int32()), pa.array([piece, instead], pa.string()))
    if isinstance(piece, pa.DictionaryArray):
        indices = pc.if_else(is_missing, pa.scalar(None, pa.int32()), piece.indices)
        return pa.DictionaryArray.from_arrays(indices, piece.dictionary)
    return cast("Piece", piece)


def _is_small(piece: Any) -> bool:
    return isinstance(piece, pa.DictionaryArray) and _ROWS_A_WORD * len(piece.dictionary) <= len(piece)


def _after(text: str, piece: Any) -> Any:
    joined = pc.binary_join_element_wise(pa.scalar(text, pa.string()), piece.dictionary, _BETWEEN)
    return pa.DictionaryArray.from_arrays(piece.indices, joined)


def _pooled(pieces: list[Piece], rows: int) -> tuple[Any, list[Any]]:
    """All texts in one array, and for each piece the places of its rows' texts there."""
    # Nulls would make taking slow: where there is one, the empty text that comes first is taken.
    pool: list[Any] = [pa.array([""], pa.string())]
    places: list[Any] = []
    start = 1
    for piece in pieces:
        here = pa.scalar(start, pa.int32())
        if isinstance(piece, str):
            pool.append(pa.array([piece], pa.string()))
            places.append(pa.repeat(here, rows))
        else:
            texts, indices = _indexed(piece, rows)
            place: Any = pc.add(indices, here)
            if piece.null_count:
                place = pc.if_else(piece.is_valid(), place, _FIRST)
            pool.append(_without_nulls(texts))
            places.append(place)
        start += len(pool[-1])
    return pa.concat_arrays(pool), places


def _indexed(piece: Any, rows: int) -> tuple[Any, Any]:
    if isinstance(piece, pa.DictionaryArray):
        return piece.dictionary, piece.indices
    return piece, numbers(rows).cast(pa.int32())


def _without_nulls(texts: Any) -> Any:
    _validity, offsets, data = texts.buffers()
    return pa.StringArray.from_buffers(len(texts), offsets, data, None, 0, texts.offset) if texts.null_count else texts


@lru_cache(maxsize=32)
def _turns(columns: int, rows: int) -> Any:
    """Where the values of rows lie among those of columns that come one after the other."""
    in_turn, by_columns, by_rows = numbers(columns * rows), _number(columns), _number(rows)
    row: Any = pc.divide(in_turn, by_columns)
    column: Any = pc.subtract(in_turn, pc.multiply(row, by_columns))
    return pc.add(pc.multiply(column, by_rows), row).cast(pa.int32())


def _number(number: int) -> Any:
    return pa.scalar(number, pa.int64())
