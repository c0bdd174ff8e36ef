"""What cells are made of: from the columns of a batch to their texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.warehouse.local_time import local_times
from sodu.warehouse.row_texts import Piece, Value
from sodu.warehouse.texts import Escape, by_each, by_values, prepared

_MICROSECONDS = pa.scalar(1_000_000, pa.int64())
_DAY_MICROSECONDS, _SERIAL_OF_1970 = (pa.scalar(number, pa.float64()) for number in (86_400_000_000, 25_569))
_T, _BETWEEN = (pa.scalar(text, pa.string()) for text in ("T", ""))


def decimal(name: str) -> Value:
    """A decimal in plain notation."""
    return lambda batch: [prepared(batch, name)]


def escaped(name: str, escape: Escape) -> Value:
    """A text, made harmless."""
    return lambda batch: [escape.harmless(prepared(batch, name))]


def cast(name: str) -> Value:
    """A count or a day as Arrow writes it."""

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        return [by_each(by_values(batch.column(name)), lambda values: values.cast(pa.string()))]

    return value


def each(texts: Callable[[pa.RecordBatch], Any], word: Callable[[Any], str]) -> Value:
    """What a function makes of each different value of a column."""

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        found = texts(batch)
        encoded = found if isinstance(found, pa.DictionaryArray) else found.dictionary_encode()
        return [by_each(encoded, lambda values: pa.array([word(value) for value in values.to_pylist()], pa.string()))]

    return value


def chosen(texts: Any, which: Callable[[Any], Any], words: tuple[str, str]) -> Piece:
    """The second word beside the texts that a test picks, the first beside all others; the test may pick none at all."""
    picked = which(texts.dictionary if isinstance(texts, pa.DictionaryArray) else texts)
    if picked is None:
        return words[0]
    indices = picked.cast(pa.int32())
    if isinstance(texts, pa.DictionaryArray):
        indices = indices.take(texts.indices)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def instant(zone: str, name: str) -> Value:
    """An instant as ISO 8601 in a zone, with its offset; microseconds where there are any."""

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        local, offset = local_times(batch.column(name), zone)
        days = local.cast(pa.date32()).dictionary_encode()
        return [
            by_each(days, lambda values: pc.binary_join_element_wise(values.cast(pa.string()), _T, _BETWEEN)),
            _time_texts(local),
            offset,
        ]

    return value


def _time_texts(local: Any) -> Any:
    times = local.cast(pa.time64("us"))
    microseconds = times.cast(pa.int64())
    seconds: Any = pc.divide(microseconds, _MICROSECONDS)
    is_whole: Any = pc.equal(pc.multiply(seconds, _MICROSECONDS), microseconds)
    texts = seconds.cast(pa.int32()).cast(pa.time32("s")).cast(pa.string())
    return texts if pc.all(is_whole).as_py() else pc.if_else(is_whole, texts, times.cast(pa.string()))


def serial(zone: str, name: str) -> Value:
    """An instant as spreadsheets count local time, in days with all digits of a double.

    With nine decimals, readers show a second less.
    """

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        local, _offset = local_times(batch.column(name), zone)
        return [by_each(by_values(local), _serials)]

    return value


def _serials(local: Any) -> Any:
    days: Any = pc.divide(local.cast(pa.int64()).cast(pa.float64()), _DAY_MICROSECONDS)
    return pc.add(days, _SERIAL_OF_1970).cast(pa.string())
