"""CSV: machine names, exact decimals, and no text that a spreadsheet would take for a formula."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import BinaryIO

from sodu import __version__
from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.column import Column, Kind
from sodu.reports.column_texts import machine_texts
from sodu.reports.table import ResultTable
from sodu.warehouse import cell_values
from sodu.warehouse.row_texts import Cell, Row, row_texts
from sodu.warehouse.texts import Escape, small

# OWASP's list: what begins a formula in some spreadsheet, also in its full-width form and behind blanks.
_FORMULA = r"^[\t\n\f\r ]*[=+\-@＝＋－＠]|^[\t\r\n]"
_QUOTED = r'[",\r\n]'
_STARTS_FORMULA, _IS_QUOTED = re.compile(_FORMULA), re.compile(_QUOTED)

_DATATYPES = {
    Kind.DAY: "date",
    Kind.INSTANT: "dateTimeStamp",
    Kind.COUNT: "integer",
    Kind.MONEY: "decimal",
    Kind.QUANTITY: "decimal",
    Kind.RATE: "decimal",
}


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write a header of machine names and the rows: RFC 4180 quotes, lines ended by LF."""
    made = line(table.columns, table.header.zone)
    if options.bom:
        out.write("\ufeff".encode())
    out.write(",".join(column.name for column in table.columns).encode() + b"\n")
    for batch in small(table.batches):
        for lines in row_texts(made, batch):  # noqa: FURB122 - of a stream no more than `write` is asked
            out.write(lines)


def write_metadata(table: ResultTable, out: BinaryIO, file_name: str, options: Options) -> None:
    """Write what the answer says of itself, as W3C metadata of the CSV file; only after `write`."""
    columns = [
        {
            "name": column.name,
            "titles": [column.name],
            "datatype": _DATATYPES.get(column.kind, "string"),
            "sodu:kind": column.kind.value,
        }
        for column in table.columns
    ]
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file_name,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"], "doubleQuote": True},
        "tableSchema": {"columns": columns},
        "sodu:answer": before_rows(table, options.language) | after_rows(table, options.language),
        "sodu:maker": f"Sodu {__version__}",
    }
    out.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def line(columns: tuple[Column, ...], zone: str) -> Row:
    """What makes a row's line."""
    return Row("", [_cell(column, "," if index else "", zone) for index, column in enumerate(columns)], "\n")


def _cell(column: Column, before: str, zone: str) -> Cell:
    return Cell(machine_texts(column, ESCAPE, partial(cell_values.instant, zone)), before, missing=before)


def _escaped(text: str) -> str:
    if _STARTS_FORMULA.search(text):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if not text or _IS_QUOTED.search(text) else text


ESCAPE = Escape(r"""[",\t\n\r=+\-@＝＋－＠]""", f"{_FORMULA}|{_QUOTED}", _escaped, empty=True)
"""An empty text is quoted, so that it differs from a missing one."""
