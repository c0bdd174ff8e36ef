"""Parquet: exact types, instants in UTC, and what the answer says of itself as the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from io import IOBase
from itertools import chain
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from sodu import __version__
from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.column import ARROW_TYPES, Column, Kind
from sodu.reports.table import ResultTable
from sodu.values import limits

METADATA_KEY = "sodu:answer"


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the rows, then the answer's statement under `METADATA_KEY`, as JSON."""
    names = [column.name for column in table.columns]
    schema = _schema(table.columns)
    statement = before_rows(table, options.language)
    file = pa.PythonFile(cast("IOBase", _Forward(out)), mode="w")
    groups = _row_groups(batch.select(names).cast(schema) for batch in table.batches)
    first = next(groups, schema.empty_table())
    with pq.ParquetWriter(file, schema, compression="zstd", **_chosen(table.columns, first)) as writer:
        for group in chain([first] if len(first) else [], groups):
            writer.write_table(group)
        statement |= after_rows(table, options.language)
        writer.add_key_value_metadata(
            {METADATA_KEY: json.dumps(statement, ensure_ascii=False), "sodu:maker": f"Sodu {__version__}"}
        )


def _chosen(columns: Sequence[Column], first: pa.Table) -> Any:
    """What costs time only where it is of use: a dictionary of what repeats, bounds of what rows are found by."""
    return {
        "use_dictionary": [column.name for column in columns if _repeats(column, first)],
        "write_statistics": [column.name for column in columns if column.kind in (Kind.INSTANT, Kind.DAY)],
    }


def _repeats(column: Column, first: pa.Table) -> bool:
    """Whether a column's values seem to: no instants, and no ids of the rows themselves."""
    sample: Any = first.column(column.name).slice(0, limits.TEXT_SAMPLE_ROWS)
    return column.kind is not Kind.INSTANT and (column.kind is not Kind.ID or len(sample.unique()) < len(sample))


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in groups of one size, however they are cut into batches."""
    gathered: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        gathered.append(batch)
        rows += batch.num_rows
        while rows >= limits.ROW_GROUP_ROWS:
            group = pa.Table.from_batches(gathered)
            yield group.slice(0, limits.ROW_GROUP_ROWS)
            gathered = group.slice(limits.ROW_GROUP_ROWS).to_batches()
            rows -= limits.ROW_GROUP_ROWS
    if rows:
        yield pa.Table.from_batches(gathered)


def _schema(columns: Sequence[Column]) -> pa.Schema:
    types = ARROW_TYPES | {Kind.INSTANT: pa.timestamp("us", tz="UTC")}
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


class _Forward:
    """A stream that only goes forward and counts its bytes: pipes can be written to, but not asked where they are."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._written = 0

    def write(self, data: bytes) -> int:
        self._out.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self._out.flush()

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
