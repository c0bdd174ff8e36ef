"""The other side of the measure `excel`: XlsxWriter in constant_memory, cell by cell, into a file."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal

import pyarrow.parquet as pq
import xlsxwriter


def main() -> None:
    """Write the rows of the file that is named first into the one named second."""
    rows = pq.ParquetFile(sys.argv[1])
    book = xlsxwriter.Workbook(
        sys.argv[2], {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Report")
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    amount = book.add_format({"num_format": "#,##0.00"})
    for place, name in enumerate(rows.schema_arrow.names):
        sheet.write_string(0, place, name)
    line = 0
    for batch in rows.iter_batches(65_536):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            line += 1
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif isinstance(value, Decimal):
                    sheet.write_number(line, place, value, amount)
                elif isinstance(value, datetime):
                    sheet.write_datetime(line, place, value, instant)
    book.close()


if __name__ == "__main__":
    main()
