"""Rows of a sheet as XML, made by columns: one text expression a row, exact decimals, no text a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.render.language import translate
from sodu.reports.canonical import is_new
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values import limits
from sodu.values.money import exponent
from sodu.values.text import mark as _
from sodu.warehouse.texts import Cell, Escape, Row, literal, local, quoted

NEW = _("new")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold; it is left out of cells."""

_MARK = re.compile("_x[0-9A-Fa-f]{4}_")
_ESCAPED = r"[&<>\x00-\x08\x0b-\x1f\x{FFFE}\x{FFFF}]|_x[0-9A-Fa-f]{4}_"
_EMPTY = "<c/>"


@dataclass(frozen=True)
class RowStyle:
    """What makes the difference between the sheet for people and the flat one for pivots."""

    styles: Mapping[str, int]
    """The workbook's index of each style name (`style_names`)."""
    language: str
    for_people: bool


def style_names(table: ResultTable) -> list[str]:
    """The names of all cell styles that the rows of an answer may need."""
    exponents = sorted({exponent(currency) for currency in table.currencies} | {exponent(None)})
    return [
        "id", "text", "day", "instant", "quantity", "rate", "count",
        *(f"money{decimals}" for decimals in exponents),
    ]  # fmt: skip


def sheet_row(table: ResultTable, style: RowStyle) -> Row:
    """What makes a row's XML."""
    return Row("<row>", [_cell(column, table, style) for column in table.columns], "</row>")


def _cell(column: Column, table: ResultTable, style: RowStyle) -> Cell:
    name = quoted(column.name)
    match column.kind:
        case Kind.MONEY:
            return _money(column, table, style)
        case Kind.QUANTITY | Kind.RATE | Kind.COUNT:
            return _number(column, f"{name}::VARCHAR", style.styles[column.kind.value])
        case Kind.CHANGE_RATE:
            word = translate(NEW, style.language) if style.for_people else NEW
            number = f"coalesce('<c s=\"{style.styles['rate']}\"><v>' || {name} || '</v></c>', {literal(_EMPTY)})"
            text = literal(_text_xml(word, style.styles["text"]))
            return Cell(column.name, value=f"CASE WHEN {is_new(column)} THEN {text} ELSE {number} END", whole=True)
        case Kind.DAY:
            return _day(column, style)
        case Kind.INSTANT:
            # The full double: with 9 decimals readers show a second less.
            serial = f"(epoch_us({local(column.name)}) / 86400000000 + 25569)::VARCHAR"
            return _number(column, serial, style.styles["instant"])
        case Kind.CHOICE if style.for_people and column.choices:
            return _choice(column, style)
        case Kind.TEXT | Kind.CHOICE:
            return _text(column, style.styles["text"])
        case _:
            return _text(column, style.styles["id"])


def _number(column: Column, text: str, index: int) -> Cell:
    return Cell(column.name, f'<c s="{index}"><v>', text, "</v></c>", _EMPTY)


def _day(column: Column, style: RowStyle) -> Cell:
    name = quoted(column.name)
    number = f"'<c s=\"{style.styles['day']}\"><v>' || ({name} - DATE '1899-12-30')::VARCHAR || '</v></c>'"
    # Excel counts a 29 February 1900 that never was, and nothing before that year.
    opening, closing = _text_xml("|", style.styles["text"]).split("|")
    text = f"{literal(opening)} || {name}::VARCHAR || {literal(closing)}"
    case = f"CASE WHEN {name} < DATE '1900-03-01' THEN {text} ELSE {number} END"
    return Cell(column.name, value=case, missing=_EMPTY)


def _money(column: Column, table: ResultTable, style: RowStyle) -> Cell:
    """A number in the style of its row's currency; one style where all currencies share it."""
    usual = style.styles[f"money{exponent(None)}"]
    indices = {currency: style.styles[f"money{exponent(currency)}"] for currency in table.currencies}
    if len(set(indices.values())) <= 1:
        return _number(column, "", next(iter(indices.values()), usual))
    cases = "".join(
        f" WHEN {literal(currency)} THEN '{index}'" for currency, index in indices.items() if index != usual
    )
    style_of_row = f"CASE currency{cases} ELSE '{usual}' END"
    pieces = (style_of_row, literal('"><v>'), quoted(column.name))
    return Cell(column.name, '<c s="', pieces, "</v></c>", _EMPTY)


def _text(column: Column, index: int) -> Cell:
    opening, closing = _text_xml("|", index).split("|")
    return Cell(column.name, opening, "", closing, _EMPTY)


def _choice(column: Column, style: RowStyle) -> Cell:
    cases = "".join(
        f" WHEN {literal(word)} THEN {literal(escape(translate(label, style.language), quote=False))}"
        for word, label in column.choices
    )
    name = quoted(column.name)
    opening, closing = _text_xml("|", style.styles["text"]).split("|")
    return Cell(column.name, opening, f"CASE {name}{cases} ELSE {name} END", closing, _EMPTY)


def _text_xml(text: str, index: int) -> str:
    return f'<c s="{index}" t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is></c>'


def _escaped(text: str) -> str:
    """A text as XML."""
    plain = FORBIDDEN.sub("", text)
    # Excel reads _x0041_ as A: where a text has such, each `_x` is written as the escape of `_`, and `x`.
    if _MARK.search(plain):
        plain = plain.replace("_x", "_x005F_x")
    return escape(plain, quote=False).replace("\r", "_x000D_")


ESCAPE = Escape(_ESCAPED, _ESCAPED, _escaped)


def cut_long_texts(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """The batch with texts beyond what a cell holds cut and marked by `…`, and how many were."""
    cut = 0
    for index, field in enumerate(batch.schema):
        if not pa.types.is_string(field.type):
            continue
        column: Any = batch.column(index)
        longest = pc.max(pc.binary_length(column)).as_py() or 0
        if longest <= limits.CELL_CHARACTERS_MAX:
            continue
        texts = column.to_pylist()
        short = [text if text is None else cut_text(text) for text in texts]
        cut += sum(text != before for text, before in zip(short, texts, strict=True))
        batch = batch.set_column(index, field, pa.array(short, pa.string()))
    return batch, cut


def cut_text(text: str) -> str:
    """A text as long as a cell can hold, counted in UTF-16 as Excel does."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * limits.CELL_CHARACTERS_MAX:
        return text
    return units[: 2 * (limits.CELL_CHARACTERS_MAX - 1)].decode("utf-16-le", "ignore") + "…"
