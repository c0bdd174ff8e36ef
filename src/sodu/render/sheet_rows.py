"""Rows of a sheet as XML, made by columns: exact decimals, no text a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.render.language import translate
from sodu.reports.column import Column, Kind
from sodu.reports.column_texts import change_rates
from sodu.reports.table import ResultTable
from sodu.values import limits
from sodu.values.money import exponent
from sodu.values.text import mark as _
from sodu.warehouse import cell_values
from sodu.warehouse.row_texts import Cell, Piece, Row, Value
from sodu.warehouse.texts import Escape, data_of, prepared

NEW = _("new")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold; it is left out of cells."""

_MARK = re.compile("_x[0-9A-Fa-f]{4}_")
_ESCAPED = r"[&<>\x00-\x08\x0b-\x1f\x{FFFE}\x{FFFF}]|_x[0-9A-Fa-f]{4}_"
_SPACED = re.compile(r"^[ \t\n]|[ \t\n]$|\n")
_EMPTY = "<c/>"
_DAY_0, _DAYS_FROM = date(1899, 12, 30), date(1900, 3, 1)


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
    name, styles = column.name, style.styles
    match column.kind:
        case Kind.MONEY:
            return _money(name, table, style)
        case Kind.QUANTITY | Kind.RATE:
            return _number(cell_values.decimal(name), styles[column.kind.value])
        case Kind.COUNT:
            return _number(cell_values.cast(name), styles["count"])
        case Kind.CHANGE_RATE:
            return Cell(cell_values.each(partial(change_rates, column), partial(_change_rate, style)), missing=_EMPTY)
        case Kind.DAY:
            return Cell(cell_values.each(lambda batch: batch.column(name), partial(_day, style)), missing=_EMPTY)
        case Kind.INSTANT:
            return _number(cell_values.serial(table.header.zone, name), styles["instant"])
        case Kind.CHOICE if style.for_people and column.choices:
            return Cell(
                cell_values.each(lambda batch: batch.column(name), partial(_choice, column, style)), missing=_EMPTY
            )
        case Kind.TEXT | Kind.CHOICE:
            return _text(name, styles["text"])
        case _:
            return _text(name, styles["id"])


def _number(value: Value, index: int) -> Cell:
    return Cell(value, f'<c s="{index}"><v>', "</v></c>", _EMPTY)


def _change_rate(style: RowStyle, text: str) -> str:
    if text != NEW:
        return f'<c s="{style.styles["rate"]}"><v>{text}</v></c>'
    return _text_xml(translate(NEW, style.language) if style.for_people else NEW, style.styles["text"])


def _day(style: RowStyle, day: date) -> str:
    # Excel counts a 29 February 1900 that never was, and nothing before that year.
    if day < _DAYS_FROM:
        return _text_xml(day.isoformat(), style.styles["text"])
    return f'<c s="{style.styles["day"]}"><v>{(day - _DAY_0).days}</v></c>'


def _choice(column: Column, style: RowStyle, word: str) -> str:
    label = dict(column.choices).get(word)
    return _text_xml(translate(label, style.language) if label else word, style.styles["text"])


def _money(name: str, table: ResultTable, style: RowStyle) -> Cell:
    """A number in the style of its row's currency; one style where all currencies share it."""
    usual = style.styles[f"money{exponent(None)}"]
    indices = {currency: style.styles[f"money{exponent(currency)}"] for currency in table.currencies}
    if len(set(indices.values())) <= 1:
        return _number(cell_values.decimal(name), next(iter(indices.values()), usual))
    opening = cell_values.each(
        lambda batch: prepared(batch, "currency"), lambda currency: f'<c s="{indices.get(currency, usual)}"><v>'
    )

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        return [*opening(batch), *cell_values.decimal(name)(batch)]

    return Cell(value, "", "</v></c>", _EMPTY)


def _text(name: str, index: int) -> Cell:
    (opening, closing), (keeping, _closing) = (_around(index, is_spaced=spaced) for spaced in (False, True))

    def value(batch: pa.RecordBatch) -> Sequence[Piece]:
        texts = cell_values.escaped(name, ESCAPE)(batch)[0]
        return [cell_values.chosen(texts, _spaced, (opening, keeping)), texts]

    return Cell(value, "", closing, _EMPTY)


def _around(index: int, *, is_spaced: bool) -> tuple[str, str]:
    """What stands around a text; white space that could be taken for the file's own is to be kept."""
    kept = ' xml:space="preserve"' if is_spaced else ""
    return f'<c s="{index}" t="inlineStr"><is><t{kept}>', "</t></is></c>"


def _spaced(texts: Any) -> Any:
    """Which texts begin or end with white space, or have lines; None where none does."""
    trimmed: Any = pc.ascii_trim_whitespace(texts)
    if len(data_of(trimmed)) == len(data_of(texts)) and b"\n" not in bytes(data_of(texts)):
        return None
    is_trimmed: Any = pc.not_equal(pc.binary_length(trimmed), pc.binary_length(texts))
    return pc.or_(is_trimmed, pc.match_substring(texts, "\n"))


def _text_xml(text: str, index: int) -> str:
    opening, closing = _around(index, is_spaced=_SPACED.search(text) is not None)
    return opening + _escaped(text) + closing


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
