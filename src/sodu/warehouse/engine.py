"""The port that every engine fills: a query with typed parameters in, Arrow batches out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True)
class Parameter:
    """A value that travels beside the SQL, never in it. `type` is DuckDB's name of its type."""

    type: str
    value: Any

    @property
    def element(self) -> str:
        """The type of a list's values; empty where it is no list."""
        return self.type.removesuffix("[]") if self.type.endswith("[]") else ""


_ARROW_TYPES: dict[str, pa.DataType] = {"INTEGER": pa.int32(), "VARCHAR": pa.string(), "DATE": pa.date32()}


def table_of(values: Sequence[Any], element: str) -> pa.Table:
    """A list's values as a table of one column, `value`."""
    return pa.table({"value": pa.array(values, _ARROW_TYPES[element])})


@dataclass(frozen=True)
class Query:
    """SQL in DuckDB's dialect with `$name` places, and a typed parameter for each of them."""

    sql: str
    parameters: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """The record as known at a journal number: what counts are batches up to `seq`, less the withdrawn."""

    seq: int
    withdrawn: tuple[int, ...]
    recorded_at: str
    """When the journal's row `seq` was written, ISO 8601 in UTC; empty for an empty journal."""


class Engine(Protocol):
    """An index over the batches. It filters, groups, sums, counts, and finds least and greatest."""

    @property
    def rollups(self) -> bool:
        """Whether it has the tables of `warehouse.rollups` and keeps them at the facts."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes write it too, and may number its things anew meanwhile."""

    def stream(self, query: Query) -> AbstractContextManager[Iterator[pa.RecordBatch]]:
        """The answer as Arrow batches, read as the caller goes."""

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The whole of a small answer, as Python values."""

    def __hash__(self) -> int:
        """Whatever makes it itself: what it answered may be kept by it."""


Span = tuple[float, float]
"""From when to when, by the performance counter, an engine was at work."""
_waits: ContextVar[list[Span] | None] = ContextVar("waits", default=None)


@contextmanager
def waits() -> Iterator[list[Span]]:
    """Collects when an engine was at work for the block, in this thread."""
    collected: list[Span] = []
    token = _waits.set(collected)
    try:
        yield collected
    finally:
        _waits.reset(token)


def heard(spans: Iterable[Span]) -> None:
    """Let `waits` hear of an engine's work for another thread."""
    if (collected := _waits.get()) is not None:
        collected.extend(spans)


@contextmanager
def waited() -> Iterator[None]:
    """What an engine wraps around its work, so that `waits` hears of it."""
    began = time.perf_counter()
    try:
        yield
    finally:
        heard([(began, time.perf_counter())])


def seconds_of(spans: Iterable[Span]) -> float:
    """For how long an engine was at work, what went on at once counted once."""
    total, until = 0.0, 0.0
    for began, ended in sorted(spans):
        total += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return total
