"""The engine of a cluster: any node answers, from what all of them hold."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sodu.values.limits import STREAM_BATCH_ROWS
from sodu.warehouse.clickhouse.dialect import Statement, statement_of
from sodu.warehouse.clickhouse.nodes import Nodes
from sodu.warehouse.clickhouse.schema import FAR_DAYS
from sodu.warehouse.clickhouse.told import SAID, Gone, Missing, told
from sodu.warehouse.engine import Query, waited
from sodu.warehouse.settings import Settings
from sodu.warehouse.time_limit import Open, seconds_left

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.response import HTTPResponse

_READ_BYTES = 1024**2
_NAIVE = pa.timestamp("us")


class ClickHouseEngine:
    """Fills `engine.Engine`. Threads may share it."""

    rollups = False
    is_shared = True

    def __init__(self, nodes: Nodes, settings: Settings, current: Callable[[], str]) -> None:
        self._nodes = nodes
        self._current = current
        self.database = current()
        self._settings = {
            "max_memory_usage": settings.memory_bytes,
            "max_threads": settings.threads,
            "max_block_size": STREAM_BATCH_ROWS,
        }
        self.open = Open()

    @contextmanager
    def stream(self, query: Query) -> Iterator[Iterator[pa.RecordBatch]]:
        """The answer as Arrow batches, read as the caller goes; left early, the query is stopped."""
        question = _Question(self._nodes)
        with self.open.held(question):
            try:
                with waited():
                    first = self._asked(question, statement_of(query))
                yield _batches(question, first)
            finally:
                question.close()

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The whole of a small answer, as Python values."""
        with self.stream(query) as batches:
            return [row for batch in batches for row in batch.to_pylist()]

    def _asked(self, question: _Question, statement: Statement) -> pa.RecordBatch | None:
        """Ask a node, and one more where it is gone or the warehouse was built anew; the first batch."""
        first, *others = self._nodes.in_turn()
        try:
            return question.ask(first, self.database, statement, self._limits())
        except Gone:
            question.close()
            return question.ask((others or [first])[0], self.database, statement, self._limits())
        except Missing:
            question.close()
            before, self.database = self.database, self._current()
            if self.database == before:
                raise
            return question.ask(first, self.database, statement, self._limits())

    def _limits(self) -> dict[str, Any]:
        left = seconds_left()
        return self._settings if left is None else self._settings | {"max_execution_time": max(left, 0.001)}

    def close(self) -> None:
        """Close the connections."""
        self._nodes.close()


class _Question:
    """One query on one node; `interrupt` may come from another thread."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._response: HTTPResponse | None = None
        self._reader: pa.RecordBatchReader | None = None
        self._id = ""

    def ask(
        self, node: tuple[str, int], database: str, statement: Statement, settings: dict[str, Any]
    ) -> pa.RecordBatch | None:
        """Begin, and read until the first batch is there; None for an answer without rows."""
        self._id = uuid.uuid4().hex
        with told():
            self._response = self._nodes.read(node, database, statement, settings | {"query_id": self._id})
            self._reader = pa.ipc.open_stream(pa.input_stream(self._response, buffer_size=_READ_BYTES))
        return self.next()

    def next(self) -> pa.RecordBatch | None:
        """The next batch that has rows; None at the end, which is told from what was cut short."""
        with told():
            while self._reader is not None:
                try:
                    batch = self._reader.read_next_batch()
                except StopIteration:
                    self._finish()
                    return None
                if batch.num_rows:
                    return _as_duckdb_has_it(batch)
        return None

    def _finish(self) -> None:
        """Read what follows the last batch: nothing, unless the answer broke off."""
        if self._response is not None:
            self._response.read()
            self._response.release_conn()
        self._reader = self._response = None
        self._id = ""

    def interrupt(self) -> None:
        """Stop it; whoever waits for it is told by its node."""
        if self._id:
            # Whoever stops questions does not wait for nodes.
            threading.Thread(target=self._nodes.kill, args=(self._id,), daemon=True).start()

    def close(self) -> None:
        """Give back what it holds; stop it where it still runs."""
        response, self._response, self._reader = self._response, None, None
        if response is not None:
            with suppress(*SAID):
                response.close()
            self.interrupt()
        self._id = ""


def _batches(question: _Question, first: pa.RecordBatch | None) -> Iterator[pa.RecordBatch]:
    batch = first
    while batch is not None:
        yield batch
        with waited():
            batch = question.next()


def _as_duckdb_has_it(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with the types that DuckDB's answer has: signed counts, truths, instants without a zone."""
    columns = [_cast(column, field) for column, field in zip(batch.columns, batch.schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _cast(column: Any, field: pa.Field[Any]) -> Any:
    type_ = field.type
    if field.name in FAR_DAYS and pa.types.is_int32(type_):
        return column.cast(pa.date32())
    if pa.types.is_uint8(type_):
        return column.cast(pa.bool_())
    if pa.types.is_unsigned_integer(type_):
        return column.cast(pa.int64())
    if pa.types.is_timestamp(type_):
        return column.cast(_NAIVE)
    return column
