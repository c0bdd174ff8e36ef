"""rustpy-xlsxwriter, in Rust over Arrow, into a file; it leaves decimals out, so these become doubles first."""

from __future__ import annotations

import sys

import pyarrow as pa
import rustpy_xlsxwriter


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    with pa.OSFile(sys.argv[1]) as file:
        table = pa.ipc.open_stream(file).read_all()
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.float64()))
    rustpy_xlsxwriter.FastExcel(sys.argv[2]).sheet("Report", table).save()


if __name__ == "__main__":
    main()
