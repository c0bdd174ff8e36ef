"""Ours: a workbook with everything that one has, onto standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from sodu.render import to_xlsx
from sodu.render.options import Options
from sodu.reports.catalog import BY_SLUG
from sodu.reports.column import ARROW_TYPES, Column
from sodu.reports.table import Header, ResultTable
from sodu.warehouse.engine import Known


def main() -> None:
    """Write the rows of the Arrow file that is named."""
    with pa.OSFile(sys.argv[1]) as file, pa.ipc.open_stream(file) as rows:
        by_name = {column.name: column for column in BY_SLUG["revenue-detail"].columns}
        columns = tuple(by_name[name] for name in rows.schema.names)
        to_xlsx.write(_table(columns, rows), sys.stdout.buffer, Options())


def _table(columns: tuple[Column, ...], rows: pa.RecordBatchReader) -> ResultTable:
    names = ("account_type", "currency", "sales")
    currencies = ("USD", "VND")
    return ResultTable(
        header=_header(),
        columns=columns,
        batches=_batches(rows, columns),
        total_columns=tuple(column for column in columns if column.name in names),
        totals=(),
        checks=(),
        row_count=0,
        currencies=currencies,
        row_sums={currency: {c.name: 0 for c in columns if c.kind == "money"} for currency in currencies},
    )


def _batches(rows: pa.RecordBatchReader, columns: tuple[Column, ...]) -> Iterator[pa.RecordBatch]:
    schema = pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])
    for batch in rows:
        yield batch.cast(schema)


def _header() -> Header:
    return Header(
        slug="revenue-detail",
        title=BY_SLUG["revenue-detail"].title,
        conditions={"period": "2026"},
        sentences=(),
        period_start=date(2026, 1, 1),
        period_end=date(2027, 1, 1),
        period_over=False,
        zone="Asia/Ho_Chi_Minh",
        known=Known(1, (), "2026-11-22T00:00:00Z"),
        data_through=None,
    )


if __name__ == "__main__":
    main()
