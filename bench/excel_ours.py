"""One side of the measure `excel`: our writer, onto standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from sodu.render import to_xlsx
from sodu.render.options import Options
from sodu.reports.catalog import BY_SLUG
from sodu.reports.column import ARROW_TYPES, Column
from sodu.reports.table import Header, ResultTable
from sodu.warehouse.engine import Known


def main() -> None:
    """Write the rows of the file that is named."""
    rows = pq.ParquetFile(sys.argv[1])
    by_name = {column.name: column for column in BY_SLUG["revenue-detail"].columns}
    columns = tuple(by_name[name] for name in rows.schema_arrow.names)
    schema = pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])
    currencies = ("USD", "VND")
    table = ResultTable(
        header=_header(),
        columns=columns,
        batches=_batches(rows, schema),
        total_columns=tuple(by_name[name] for name in ("account_type", "currency", "sales")),
        totals=(),
        checks=(),
        row_count=rows.metadata.num_rows,
        currencies=currencies,
        row_sums={currency: _sums(columns) for currency in currencies},
    )
    to_xlsx.write(table, sys.stdout.buffer, Options())


def _batches(rows: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in rows.iter_batches(65_536):
        yield from pa.Table.from_batches([batch]).cast(schema).to_batches()


def _sums(columns: tuple[Column, ...]) -> dict[str, int]:
    return {column.name: 0 for column in columns if column.kind == "money"}


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
