"""Texts of values, made by columns over Arrow batches, whatever engine they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from struct import pack
from typing import Any, cast
from weakref import ref

import pyarrow as pa
import pyarrow.compute as pc

from sodu.values import limits
from sodu.values.money import plain


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
        array: Any = batch.column(name)
        is_short = batch.num_rows <= limits.TEXT_SAMPLE_ROWS
        found |= _decimals_prepared(batch) if is_short and pa.types.is_decimal(array.type) else {name: _prepared(array)}
    return found[name]


def _decimals_prepared(batch: pa.RecordBatch) -> dict[str, pa.Array[Any]]:
    """All decimals of a short batch as texts: made in one go, since asking Arrow takes longer than its answer."""
    kinds: dict[pa.DataType, list[str]] = {}
    for field in batch.schema:
        if pa.types.is_decimal(field.type):
            kinds.setdefault(field.type, []).append(field.name)
    made: dict[str, pa.Array[Any]] = {}
    for names in kinds.values():
        texts = plain_texts(pa.concat_arrays([batch.column(name) for name in names]))
        made |= {name: texts.slice(place * batch.num_rows, batch.num_rows) for place, name in enumerate(names)}
    return made


def _prepared(array: Any) -> pa.Array[Any]:
    is_decimal = pa.types.is_decimal(array.type)
    if not is_decimal and not pa.types.is_string(array.type):
        return cast("pa.Array[Any]", array)
    encoded = by_values(array)
    return cast("pa.Array[Any]", by_each(encoded, plain_texts) if is_decimal else encoded)


def by_values(array: Any) -> Any:
    """A column by its different values where these seem to be few enough to be worth telling apart."""
    sample = array.slice(0, limits.TEXT_SAMPLE_ROWS)
    is_many = len(sample.dictionary_encode().dictionary) > _FEW * len(sample)
    return array if is_many else array.dictionary_encode()


def one_by_one(array: Any) -> Any:
    """A column with each value where it stands, not by its different ones."""
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def by_each(array: Any, made: Callable[[Any], Any]) -> Any:
    """What is made of a column's values, once for each different one where it has them."""
    if isinstance(array, pa.DictionaryArray):
        return pa.DictionaryArray.from_arrays(array.indices, made(array.dictionary))
    return made(array)


# Of a sample; what is seldom there twice may be all over the batch.
_FEW = 7 / 8
# Arrow looks for a package of dates, in vain, whenever it is to find out the type of a value.
_ZERO = pa.scalar("0", pa.string())


def plain_texts(array: pa.Array[Any]) -> pa.Array[Any]:
    """Decimals in plain notation, without zeros beyond what the value needs."""
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


def data_of(texts: pa.Array[Any]) -> memoryview:
    """The bytes of a string array's values, as they lie in memory."""
    _validity, offsets, data = texts.buffers()
    if data is None or offsets is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]]


def numbers(count: int) -> Any:
    """So many whole numbers, from 0."""
    return cast("Any", pa).arange(0, count)
