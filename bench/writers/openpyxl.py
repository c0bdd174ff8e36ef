"""openpyxl in write_only mode, row by row, into a file."""

from __future__ import annotations

import sys

import pyarrow as pa
from openpyxl import Workbook


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Report")
    with pa.OSFile(sys.argv[1]) as file, pa.ipc.open_stream(file) as rows:
        sheet.append(rows.schema.names)
        for batch in rows:
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                sheet.append(row)
    book.save(sys.argv[2])


if __name__ == "__main__":
    main()
