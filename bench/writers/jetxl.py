"""jetxl, in Rust over Arrow, into a file; it refuses decimals, so these become doubles first."""

from __future__ import annotations

import sys

import jetxl
import pyarrow as pa


def main() -> None:
    """Write the rows of the Arrow file that is named first into the one named second."""
    with pa.OSFile(sys.argv[1]) as file:
        table = pa.ipc.open_stream(file).read_all()
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.float64()))
    jetxl.write_sheet_arrow(table, filename=sys.argv[2])


if __name__ == "__main__":
    main()
