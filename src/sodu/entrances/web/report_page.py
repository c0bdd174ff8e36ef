"""What a report's page shows: the answer laid out, its groups' subtotals, and the words around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from sodu.entrances.web.asking import Asked, quoted
from sodu.entrances.web.leading import figure_address, is_explained, is_total, leads_to
from sodu.entrances.web.picking import START, Words
from sodu.entrances.web.reader import Reader
from sodu.entrances.web.running import record
from sodu.render.language import Manner, say, translate
from sodu.render.page import Grouping, Layout, Page, Row, page
from sodu.render.page_cells import FIGURES
from sodu.render.page_columns import Order
from sodu.render.page_periods import capital, period_words
from sodu.reports.column import Column
from sodu.reports.report import Report, Shape
from sodu.reports.table import ResultTable
from sodu.values import period as periods
from sodu.values.period import Period
from sodu.values.text import Message, mark as _
from sodu.warehouse.python_values import rows_of

BUCKETS_SUMMED_MAX = 6
"""So many groups of time on one page have figures of their own: each is a question to the engine."""
_MEASURE = "zqmeasureqz"
_TYPES = {
    "both": _("partner and customer accounts"),
    "partner": _("partner accounts"),
    "customer": _("customer accounts"),
}

Address = tuple[tuple[str | None, str], ...]
"""Pieces of an address: a column whose value stands there, or HTML."""


class Leads:
    """Where the cells of an answer lead: made once for rows of a kind, with marks where a row's own ids go."""

    def __init__(self, asked: Asked) -> None:
        conditions = asked.conditions
        self._asked = asked
        self._marks = {
            name: f"zq{name}qz" for name in ("account_id", "service_id", "discount_id", conditions.by) if name
        }
        # Where one is asked for already, its name leads nowhere: then each row is looked at by itself.
        self._alone = len(conditions.account) == 1 or len(conditions.service) == 1
        self._made: dict[tuple[Any, ...], Address] = {}
        self._rows: Sequence[Row] = ()
        self._ids: list[tuple[Any, ...]] = []
        self._around: list[tuple[str, str] | None] = []

    def __call__(self, column: Column, rows: Sequence[Row]) -> list[str | None]:
        """The addresses behind the cells of a column; None where nothing stands behind one."""
        name = column.name
        if rows is not self._rows:
            self._rows, self._around = rows, []
            self._ids = [tuple([row.get(mark) for mark in self._marks]) for row in rows]
        if column.kind not in FIGURES:
            known: dict[tuple[Any, ...], str | None] = {}
            for row, ids in zip(rows, self._ids, strict=True):
                if ids not in known and row.get(name):
                    known[ids] = self._of_name(column, row)
            return [known[ids] if row.get(name) else None for row, ids in zip(rows, self._ids, strict=True)]
        if not is_explained(self._asked, column):
            return [None] * len(rows)
        if not self._around:
            self._around = [self._of_figure(row) for row in rows]
        return [
            f"{around[0]}{name}{around[1]}" if around and row.get(name) else None
            for row, around in zip(rows, self._around, strict=True)
        ]

    def _of_name(self, column: Column, row: Row) -> str | None:
        if self._alone:
            return escape(leads_to(self._asked, column, row) or "") or None
        own = [name for name in self._marks if row.get(name)]
        address = self._address((column.name, *own), row, own, lambda marked: leads_to(self._asked, column, marked))
        return address or None

    def _of_figure(self, row: Row) -> tuple[str, str] | None:
        """What stands before and after the name of a figure, for all figures of a row."""
        own = [name for name in self._marks if row.get(name)]
        key = (row.get("currency"), row.get("account_type") if is_total(row) else "", *own)
        address = self._address(key, row, own, lambda marked: figure_address(self._asked, _MEASURE, marked))
        before, _measure, after = address.partition(_MEASURE)
        return (before, after) if address else None

    def _address(self, key: tuple[Any, ...], row: Row, own: list[str], lead: Callable[[Row], str | None]) -> str:
        """The address of a row as HTML, made for the first row of its kind; empty where there is none."""
        if key not in self._made:
            marks = {self._marks[name]: name for name in own}
            parts = re.split(
                f"({'|'.join(marks)})" if marks else "$", lead(row | {v: k for k, v in marks.items()}) or ""
            )
            self._made[key] = tuple((marks.get(part), escape(part)) for part in parts)
        return "".join([quoted(str(row[name]), ",:") if name else part for name, part in self._made[key]])


@dataclass
class Answered:
    """An answer on its way to a page."""

    asked: Asked
    words: Words
    manner: Manner
    table: ResultTable
    rows: list[Row]
    grouping: Grouping | None

    @property
    def first(self) -> int:
        """The number of the page's first row."""
        start = self.words.one(START)
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 12 else 1
        return number if self.words.one("after") and 1 <= number <= self.table.row_count else 1

    @property
    def next(self) -> str:
        """The address of the next page; empty on the last."""
        if not self.table.next:
            return ""
        onward = {"after": (self.table.next,), START: (str(self.first + len(self.rows)),)}
        return Words({**self.words.put("after").values, **onward}).address

    def page(self) -> Page:
        """The answer laid out."""
        one_currency = len(self.table.currencies) <= 1 and not self.asked.conditions.columns
        layout = Layout(
            self.manner,
            _order(self),
            Leads(self.asked),
            frozenset({"currency"}) if one_currency else frozenset(),
            self.grouping,
        )
        return page(self.table, self.rows, layout)

    def sentence(self) -> str:
        """What the page shows, in words."""
        header, conditions, language = self.table.header, self.asked.conditions, self.manner.language
        words = capital(period_words(conditions.period, self.manner))
        if not header.period_over:
            words = say(Message(_("{period}, not over yet"), {"period": words}), language)
        parts = [words, translate(_TYPES[conditions.account_type], language), ", ".join(self.table.currencies)]
        if conditions.compare:
            before = period_words(conditions.compare, self.manner)
            parts.append(say(Message(_("compared with {period}"), {"period": before}), language))
        if conditions.as_known_at:
            seq = self.manner.number(header.known.seq)
            parts.append(say(Message(_("as known at {seq}"), {"seq": seq}), language))
        parts.append(header.zone)
        return " · ".join(part for part in parts if part)


def manner_of(reader: Reader) -> Manner:
    """How a reader has figures and times written."""
    return Manner(reader.language, reader.number_style, reader.zone or record().zone, reader.time_format)


def answered(asked: Asked, words: Words, manner: Manner) -> Answered:
    """Ask the engine: for the rows of the page, then for what its groups sum to."""
    table = asked.answer()
    rows = [row for batch in table.batches for row in rows_of(batch)]
    return Answered(asked, words, manner, table, rows, _grouping(asked, table, rows))


def order_of(asked: Asked) -> tuple[str, ...]:
    """The columns that the rows are sorted by."""
    own = asked.report.sort
    if by := asked.conditions.by:
        own = (own[0], by, *own[1:])
    return (*asked.conditions.sort, *own)


def entity_of(report: Report) -> str:
    """The id that a row of a report that sums is about."""
    return next(name for name in report.keys if name != "currency")


def _order(found: Answered) -> Order:
    several = len(found.table.currencies) > 1
    first = next((name for name in order_of(found.asked) if several or name.removeprefix("-") != "currency"), "")
    report = found.asked.report
    sortable = {field.name for field in report.fields if field.sortable} if report.shape is Shape.LISTING else None
    before, after = found.words.around("sort")

    def address(column: Column) -> str | None:
        is_sortable = sortable is None or column.name in sortable
        return f"{before}{_sorted_by(column, first)}{after}" if is_sortable else None

    return Order(first, address)


def _sorted_by(column: Column, now: str) -> str:
    """The order that a column's head asks for: the other way round where the rows stand in it already."""
    wanted = f"-{column.name}" if column.kind in FIGURES else column.name
    if now.removeprefix("-") == column.name:
        wanted = column.name if now.startswith("-") else f"-{column.name}"
    return wanted


def _grouping(asked: Asked, table: ResultTable, rows: list[Row]) -> Grouping | None:
    """How the rows stand together: by time or by what they are about, whichever they are sorted by first."""
    by = asked.conditions.by
    if not by or not rows:
        return None
    first = next(name for name in order_of(asked) if name.removeprefix("-") != "currency").removeprefix("-")
    if first == by:
        return _by_time(asked, table, rows)
    if first == entity_of(asked.report):
        whole = _again(asked, table, by=None, columns=(), sort=())
        found = [row for batch in whole.batches for row in rows_of(batch)]
        lead = Leads(_otherwise(asked, by=None, columns=(), sort=()))
        return Grouping(first, {(row[first], row["currency"]): row for row in found}, lead)
    return None


def _by_time(asked: Asked, table: ResultTable, rows: list[Row]) -> Grouping:
    by, whole = asked.conditions.by or "", asked.conditions.period
    buckets = sorted({row[by] for row in rows if row.get(by)})
    if len(buckets) > BUCKETS_SUMMED_MAX:
        return Grouping(by)
    sums: dict[tuple[str | None, str | None], Row] = {}
    leads: dict[str, Leads] = {}
    for text in buckets:
        bucket = periods.parse(text, whole.start)
        inside = Period(max(bucket.start, whole.start), min(bucket.end, whole.end))
        otherwise: dict[str, Any] = {"by": None, "columns": (), "sort": (), "compare": None, "compare_text": None}
        otherwise |= {"period": inside, "period_text": str(inside)}
        leads[text] = Leads(_otherwise(asked, **otherwise))
        for total in _again(asked, table, **otherwise).totals:
            sums.setdefault((text, total["currency"]), total | {by: text})
    return Grouping(by, sums, lambda column, rows: [leads[row[by]](column, [row])[0] for row in rows])


def _otherwise(asked: Asked, **conditions: Any) -> Asked:
    return replace(asked, conditions=replace(asked.conditions, **conditions))


def _again(asked: Asked, table: ResultTable, **otherwise: Any) -> ResultTable:
    """The same report asked otherwise, of the same record, and whole."""
    known = str(table.header.known.seq)
    return _otherwise(asked, limit=None, after=None, as_known_at=known, **otherwise).answer()
