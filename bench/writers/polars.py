"""polars.write_excel, which is XlsxWriter by columns, into a file; formulas and links off."""

from __future__ import annotations

import sys

import polars as pl
import pyarrow as pa
from xlsxwriter import Workbook


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    with pa.OSFile(sys.argv[1]) as file:
        frame = pl.from_arrow(pa.ipc.open_stream(file).read_all())
    with Workbook(sys.argv[2], {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        frame.write_excel(book, table_style=None, autofit=False)


if __name__ == "__main__":
    main()
