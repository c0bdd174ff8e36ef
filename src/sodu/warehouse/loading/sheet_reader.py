"""Reads a workbook's cells and writes them as texts: a process of its own, with bounded memory and time.

Called as `python -m sodu.warehouse.loading.sheet_reader WORKBOOK FOLDER`; says in JSON what it wrote.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sodu.values.limits import (
    ERRORS_SHOWN_MAX,
    SHEET_DIGITS_MAX,
    SHEET_READER_MEMORY_BYTES_MAX,
    SHEET_READER_SECONDS_MAX,
)
from sodu.warehouse.facts import BY_NAME, Type

_DAYS = {field.name for table in BY_NAME.values() for field in table.fields if field.type is Type.DAY}


def main(workbook: str, folder: str) -> None:
    """Write each sheet that is not empty as CSV."""
    resource.setrlimit(resource.RLIMIT_AS, (SHEET_READER_MEMORY_BYTES_MAX, SHEET_READER_MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SHEET_READER_SECONDS_MAX, SHEET_READER_SECONDS_MAX))
    from python_calamine import CalamineWorkbook

    said: dict[str, Any] = {"sheets": [], "faults": [], "fault_count": 0}
    book = CalamineWorkbook.from_path(workbook)
    for number, name in enumerate(book.sheet_names):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        while rows and not any(cell != "" for cell in rows[-1]):
            rows.pop()
        if rows:
            path = Path(folder) / f"{number}.csv"
            columns = _write(rows, path, said)
            said["sheets"].append({"name": name, "path": str(path), "columns": json.dumps(columns)})
    json.dump(said, sys.stdout)


def _write(rows: list[list[Any]], path: Path, said: dict[str, Any]) -> list[str]:
    width = max(index + 1 for row in rows for index, cell in enumerate(row) if cell != "")
    columns = [str(cell) for cell in rows[0][:width]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for number, row in enumerate(rows[1:], start=2):
            texts = []
            for column, cell in zip(columns, row, strict=False):
                text, code = text_of(column, cell)
                texts.append(text)
                if code:
                    said["fault_count"] += 1
                    if len(said["faults"]) < ERRORS_SHOWN_MAX:
                        said["faults"].append((number, column, code, str(cell)))
            writer.writerow(texts)
    return columns


def text_of(column: str, cell: Any) -> tuple[str, str | None]:
    """A cell as the text that a CSV file would hold, and the code of what is wrong with it.

    A cell's date has no offset; its number has the 15 digits that a spreadsheet keeps, or is not what was typed.
    """
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, bool):
        return "", "cell"
    if isinstance(cell, int | float):
        number = Decimal(repr(cell)).normalize() if cell else Decimal(0)
        return format(number, "f"), None if len(number.as_tuple().digits) <= SHEET_DIGITS_MAX else "number"
    if isinstance(cell, datetime):
        is_day = column in _DAYS and not (cell.hour or cell.minute or cell.second or cell.microsecond)
        return cell.date().isoformat() if is_day else cell.isoformat(), None
    if isinstance(cell, date):
        return cell.isoformat() if column in _DAYS else f"{cell.isoformat()}T00:00:00", None
    return "", "cell"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
