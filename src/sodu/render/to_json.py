"""JSON, as the machine interface pins it: decimals as texts, rows in a stream, the hash last."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.canonical import is_new
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.warehouse.texts import Cell, Escape, Row, RowTexts, instant_text, quoted, small


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the answer as one JSON object and a newline."""
    texts = RowTexts({"row": row(table.columns)}, ESCAPE, table.header.zone)
    out.write(_members(before_rows(table, options.language), "{", ',"rows":['))
    separator = 1  # Each row begins with ",\n": the first one leaves the comma out.
    for batch in small(table.batches):
        for rows in texts.of(batch):
            out.write(rows["row"][separator:])
            separator = 0
    texts.close()
    out.write(_members(after_rows(table, options.language), "\n],", "}\n"))


def row(columns: tuple[Column, ...]) -> Row:
    """What makes a row's JSON object."""
    cells = [
        _cell(column, ("," if index else "") + json.dumps(column.name) + ":") for index, column in enumerate(columns)
    ]
    return Row(",\n{", cells, "}")


def _cell(column: Column, key: str) -> Cell:
    name = quoted(column.name)
    opening, closing, missing = key + '"', '"', key + "null"
    match column.kind:
        case Kind.COUNT:
            return Cell(column.name, key, f"{name}::VARCHAR", "", missing)
        case Kind.INSTANT:
            # A concatenation makes an empty text of a null, which must stay one.
            text = f"CASE WHEN {name} IS NOT NULL THEN {instant_text(column.name)} END"
            return Cell(column.name, opening, text, closing, missing)
        case Kind.DAY:
            return Cell(column.name, opening, f"{name}::VARCHAR", closing, missing)
        case Kind.CHANGE_RATE:
            text = f"""CASE WHEN {is_new(column)} THEN '"new"' ELSE coalesce('"' || {name} || '"', 'null') END"""
            return Cell(column.name, key, text, whole=True)
        case _:
            return Cell(column.name, opening, "", closing, missing)


_ESCAPED = r'[\x00-\x1f"\\\x7f]'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


ESCAPE = Escape(_ESCAPED, _ESCAPED, _escaped)


def _members(members: dict[str, Any], opening: str, closing: str) -> bytes:
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return (opening + text[1:-1] + closing).encode()
