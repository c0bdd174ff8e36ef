"""polars.write_excel, which is XlsxWriter by columns, into a file."""

from __future__ import annotations

import sys

import polars as pl
import pyarrow as pa


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    with pa.OSFile(sys.argv[1]) as file:
        frame = pl.from_arrow(pa.ipc.open_stream(file).read_all())
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    frame.write_excel(sys.argv[2], table_style=None, autofit=False, workbook_options=options)


if __name__ == "__main__":
    main()
