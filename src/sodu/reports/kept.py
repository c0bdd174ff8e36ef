"""Answers kept for whoever asks the same: the record never changes, so an equal question as known then is answered alike."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import pyarrow as pa

from sodu.reports.conditions import Conditions
from sodu.reports.report import Report, Shape
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.values.limits import ANSWER_KEPT_BYTES_MAX, ANSWER_KEPT_ROWS_MAX, ANSWERS_KEPT_BYTES_MAX, QUERY_SECONDS_MAX
from sodu.warehouse.engine import Engine, Known, waited

_TOTAL_BYTES = 200
"""About what one figure of a total takes in memory."""


@dataclass(frozen=True)
class Key:
    """All that an answer depends on: what is asked, whose facts may be seen, what was known, and how days are cut."""

    slug: str
    conditions: Conditions
    scope: Scope
    known: Known
    zone: str


@dataclass(frozen=True)
class _Kept:
    """An answer whose rows have been read."""

    table: ResultTable
    batches: tuple[pa.RecordBatch, ...]
    bytes: int

    def again(self) -> ResultTable:
        """The answer, to be read once more."""
        return replace(self.table, batches=iter(self.batches))


@dataclass
class _Making:
    """An answer on its way: who asks the same meanwhile waits for it."""

    done: threading.Event = field(default_factory=threading.Event)
    kept: _Kept | None = None


class KeptAnswers:
    """So many bytes of answers, those asked for last. Threads share it."""

    def __init__(self, bytes_max: int = ANSWERS_KEPT_BYTES_MAX, each_max: int = ANSWER_KEPT_BYTES_MAX) -> None:
        self._bytes_max, self._each_max = bytes_max, each_max
        self._changing = threading.Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._making: dict[Key, _Making] = {}
        self.bytes = 0

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def clear(self) -> None:
        """Keep none of them any longer."""
        with self._changing:
            self._kept.clear()
            self.bytes = 0

    def answer(self, key: Key, make: Callable[[], ResultTable]) -> ResultTable:
        """The answer that is kept, or is being made by another, or is made now; raises what `make` does."""
        with self._changing:
            if kept := self._kept.get(key):
                self._kept.move_to_end(key)
                return kept.again()
            is_first = key not in self._making
            making = self._making.setdefault(key, _Making())
        if is_first:
            return self._made(key, making, make)
        with waited():
            making.done.wait(QUERY_SECONDS_MAX)
        # What failed for another, or is too large to be kept, is asked for oneself.
        return making.kept.again() if making.kept else make()

    def _made(self, key: Key, making: _Making, make: Callable[[], ResultTable]) -> ResultTable:
        try:
            table = make()
            batches = tuple(table.batches)
            size = sum(batch.nbytes for batch in batches) + _TOTAL_BYTES * len(table.totals) * len(table.total_columns)
            made = _Kept(table, batches, size)
            if size <= self._each_max:
                made = replace(made, batches=tuple(_alone(batch) for batch in batches))
                making.kept = made
            return made.again()
        finally:
            with self._changing:
                del self._making[key]
                if making.kept:
                    self._keep(key, making.kept)
            making.done.set()

    def _keep(self, key: Key, kept: _Kept) -> None:
        self._kept[key] = kept
        self.bytes += kept.bytes
        while self.bytes > self._bytes_max:
            _key, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.bytes


_BESIDE: WeakKeyDictionary[Engine, KeptAnswers] = WeakKeyDictionary()


def kept_beside(engine: Engine) -> KeptAnswers:
    """The answers of an engine that are kept, as long as it is there."""
    return _BESIDE.setdefault(engine, KeptAnswers())


def is_kept(report: Report, conditions: Conditions) -> bool:
    """Whether an answer is kept: a page is, and what is summed; a register tells of this very moment."""
    if report.shape is Shape.LISTING:
        return conditions.limit is not None and conditions.limit <= ANSWER_KEPT_ROWS_MAX
    return report.shape is not Shape.REGISTER


def key_of(report: Report, conditions: Conditions, scope: Scope, known: Known, zone: str) -> Key:
    """What equal questions have in common: the days of a period, however it was named."""
    compare_text = "" if conditions.compare_text else None
    asked = replace(conditions, period_text="", compare_text=compare_text, as_known_at=None)
    return Key(report.slug, asked, scope, known, zone)


def _alone(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows without the larger table that they may be a part of."""
    if batch.get_total_buffer_size() <= 2 * batch.nbytes:
        return batch
    return batch.take(pa.array(range(batch.num_rows), pa.int64()))
