"""Parquet: exact types, instants in UTC, and what the answer says of itself as the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import IOBase
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from sodu import __version__
from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.column import ARROW_TYPES, Column, Kind
from sodu.reports.table import ResultTable

METADATA_KEY = "sodu:answer"


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the rows, then the answer's statement under `METADATA_KEY`, as JSON."""
    names = [column.name for column in table.columns]
    schema = _schema(table.columns)
    statement = before_rows(table, options.language)
    with pq.ParquetWriter(pa.PythonFile(cast("IOBase", _Forward(out)), mode="w"), schema, compression="zstd") as writer:
        for batch in table.batches:
            writer.write_batch(batch.select(names).cast(schema))
        statement |= after_rows(table, options.language)
        writer.add_key_value_metadata(
            {METADATA_KEY: json.dumps(statement, ensure_ascii=False), "sodu:maker": f"Sodu {__version__}"}
        )


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
