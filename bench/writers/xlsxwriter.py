"""XlsxWriter in constant_memory, cell by cell, into a file; formulas and links off, as for texts that strangers wrote."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from xlsxwriter import Workbook


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(sys.argv[2], options)
    sheet = book.add_worksheet("Report")
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    amount = book.add_format({"num_format": "#,##0.00"})
    with pa.OSFile(sys.argv[1]) as file, pa.ipc.open_stream(file) as rows:
        for place, name in enumerate(rows.schema.names):
            sheet.write_string(0, place, name)
        line = 0
        for batch in rows:
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
