"""The table for terminals: aligned, rounded for display, in colour where it is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

import pyarrow as pa

from sodu.render.labels import label_of
from sodu.render.language import say, translate
from sodu.render.options import Options
from sodu.render.text_cells import Cells, safe, width
from sodu.render.text_layout import BOLD, DIM, GREEN, RED, Paint, layout
from sodu.render.words import before_rows, check_result, row_count
from sodu.reports.column import Column
from sodu.reports.table import ResultTable
from sodu.values import limits
from sodu.values.text import Message, mark as _
from sodu.warehouse.texts import small

_ROUNDED = _("Figures are rounded for display; the other formats hold every digit.")


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the answer as lines of text."""
    paint = Paint(options.color)
    cells = Cells(options.language, table.header.zone)
    lines = chain(_heading(table, options, paint), _rows(table, options, cells), _footing(table, options, cells))
    for line in lines:
        encoded = line.encode(errors="replace") + b"\n"
        out.write(encoded)


def _heading(table: ResultTable, options: Options, paint: Paint) -> Iterator[str]:
    title, *pairs = before_rows(table, options.language)
    yield paint(safe(title[1]), BOLD)
    room = max(width(label) for label, _text in pairs)
    for label, text in pairs:
        yield f"{paint(label, DIM)}{' ' * (room - width(label))}  {safe(text)}"
    yield ""


def _rows(table: ResultTable, options: Options, cells: Cells) -> Iterator[str]:
    """The rows, laid out by the first of them; columns without a value among these are left out, and named below."""
    batches = small(table.batches)
    sample, sampled = _sample(batches)
    empty = {column.name for column in table.columns if _is_empty(column, sampled)} if sample else set()
    shown = [column for column in table.columns if column.name not in empty]
    known = [*sample, *_widest(table)]
    arranged = layout(shown, known, cells, options.width, Paint(options.color))
    cells.rounded = False
    yield from arranged.head()
    yield from arranged.lines(sample, cells)
    count, missed = len(sample), set()
    for batch in batches:
        missed |= {name for name in empty if batch.column(name).null_count < batch.num_rows}
        count += batch.num_rows
        yield from arranged.lines(batch.to_pylist(), cells)
    yield ""
    yield from _counted(table, count, options.language)
    yield from _left_out(table, empty - missed, _("Columns without a value: {names}"), options.language)
    yield from _left_out(
        table, missed, _("Columns left out although later rows have values in them: {names}"), options.language
    )


def _sample(batches: Iterator[pa.RecordBatch]) -> tuple[list[dict[str, Any]], list[pa.RecordBatch]]:
    """The first rows, at least as many as the layout is made by, and the batches that they came in."""
    rows: list[dict[str, Any]] = []
    seen: list[pa.RecordBatch] = []
    for batch in batches:
        seen.append(batch)
        rows += batch.to_pylist()
        if len(rows) >= limits.TABLE_SAMPLE_ROWS:
            break
    return rows, seen


def _is_empty(column: Column, batches: Iterable[pa.RecordBatch]) -> bool:
    if column.base is not None:
        return False
    return all(batch.column(column.name).null_count == batch.num_rows for batch in batches)


def _widest(table: ResultTable) -> list[dict[str, Any]]:
    """Sums, which are about as wide as any figure that comes after the sample."""
    return [*table.totals, *({"currency": currency, **sums} for currency, sums in table.row_sums.items())]


def _counted(table: ResultTable, count: int, language: str) -> Iterator[str]:
    yield say(Message(_("Rows: {count}"), {"count": row_count(table, count, language)}), language)
    if table.next:
        yield say(Message(_("There are more: go on with --after {key}"), {"key": safe(table.next)}), language)


def _left_out(table: ResultTable, names: set[str], template: Any, language: str) -> Iterator[str]:
    labels = [label_of(column, language) for column in table.columns if column.name in names]
    if labels:
        yield say(Message(template, {"names": ", ".join(labels)}), language)


def _footing(table: ResultTable, options: Options, cells: Cells) -> Iterator[str]:
    paint, language = Paint(options.color), options.language
    yield ""
    if table.totals:
        yield paint(translate(_("Totals of all rows"), language), BOLD)
        arranged = layout(table.total_columns, list(table.totals), cells, options.width, paint)
        yield from arranged.head()
        yield from arranged.lines(table.totals, cells)
        yield ""
    for check in table.checks:
        result = paint(check_result(check, language), GREEN if check.ok else RED)
        yield f"{result}  {safe(check.name)}: {safe(say(check.detail, language))}"
    if cells.rounded:
        yield paint(translate(_ROUNDED, language), DIM)
    yield paint(f"SHA-256 {table.sha256}", DIM)
