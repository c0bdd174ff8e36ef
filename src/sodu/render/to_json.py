"""JSON, as the machine interface pins it: decimals as texts, rows in a stream, the hash last."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, BinaryIO

from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.column import Column, Kind
from sodu.reports.column_texts import machine_texts
from sodu.reports.table import ResultTable
from sodu.warehouse import cell_values
from sodu.warehouse.row_texts import Cell, Row, row_texts
from sodu.warehouse.texts import Escape, small


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the answer as one JSON object and a newline."""
    made = row(table.columns, table.header.zone)
    out.write(_members(before_rows(table, options.language), "{", ',"rows":['))
    separator = 1  # Each row begins with ",\n": the first one leaves the comma out.
    for batch in small(table.batches):
        for rows in row_texts(made, batch):
            out.write(rows[separator:])
            separator = 0
    out.write(_members(after_rows(table, options.language), "\n],", "}\n"))


def row(columns: tuple[Column, ...], zone: str) -> Row:
    """What makes a row's JSON object."""
    cells = [
        _cell(column, ("," if index else "") + json.dumps(column.name) + ":", zone)
        for index, column in enumerate(columns)
    ]
    return Row(",\n{", cells, "}")


def _cell(column: Column, key: str, zone: str) -> Cell:
    mark = "" if column.kind is Kind.COUNT else '"'
    return Cell(machine_texts(column, ESCAPE, partial(cell_values.instant, zone)), key + mark, mark, key + "null")


_ESCAPED = r'[\x00-\x1f"\\\x7f]'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


ESCAPE = Escape(_ESCAPED, _ESCAPED, _escaped)


def _members(members: dict[str, Any], opening: str, closing: str) -> bytes:
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return (opening + text[1:-1] + closing).encode()
