"""Answers of the listings: a page streamed from the engine, totals of all rows beside it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sodu.reports.answers import checks, totals
from sodu.reports.answers.answer import Answer, no_rows, schema_of
from sodu.reports.answers.question import Question
from sodu.reports.answers.totals import Row
from sodu.reports.at_once import PARTS
from sodu.reports.revenue import MARGIN_RATE
from sodu.reports.sql import grouped, listing, statement
from sodu.reports.sql.listing import Page
from sodu.values.limits import ANSWER_KEPT_ROWS_MAX, LISTING_SORT_ROWS
from sodu.values.money import EXACT, add
from sodu.values.period import Period

_RATIOS = (MARGIN_RATE,)
_TAKEN = ("used", "expired", "transferred_out", "adjusted")
_ADDED = ("topped_up", "granted", "transferred_in", "adjusted")


def answer(question: Question) -> Answer:
    """The page, the totals and the checks of a listing."""
    report, conditions = question.report, question.conditions
    order = listing.order_of(report, conditions.sort)
    after = None
    if conditions.after:
        _seq, after = listing.read_token(conditions.after, [step.field.column.kind for step in order])
    page = Page(order, conditions.limit, after)
    with PARTS.asked(lambda: _credit(question) if report.fact == "credit_entries" else _revenue(question)) as figures:
        first = _asked_first(question, page)
        whole, sums, made, row_count = figures()
    found = Answer(
        columns=report.columns,
        batches=no_rows(),
        total_columns=report.totals,
        totals=whole,
        checks=made,
        row_count=row_count,
        row_sums=sums,
        rows_by_currency=bool(conditions.sort) and conditions.sort[0] == "currency",
    )
    found.batches = _rows(question, page, found, first)
    return found


def _asked_first(question: Question, page: Page) -> list[pa.RecordBatch] | None:
    """The rows of a short page, asked for while its totals are; None where they are read as they are shown."""
    if page.limit is None or page.limit > ANSWER_KEPT_ROWS_MAX:
        return None
    with _stream(question, page) as batches:
        return list(batches)


def _stream(question: Question, page: Page) -> AbstractContextManager[Iterator[pa.RecordBatch]]:
    return question.engine.stream(listing.rows(question.report, question.selection, page))


def _rows(
    question: Question, page: Page, found: Answer, first: list[pa.RecordBatch] | None
) -> Generator[pa.RecordBatch]:
    """The rows of the page; one more than it holds is asked for, to know whether there is a next one."""
    if _goes_by_time(question, page):
        yield from _by_parts(question, page, found)
        return
    left = page.limit
    names, schema = [column.name for column in found.columns], schema_of(found.columns)
    last: pa.RecordBatch | None = None
    with _stream(question, page) if first is None else nullcontext(iter(first)) as batches:
        for batch in batches:
            shown = (batch if left is None else batch.slice(0, left)).select(names).cast(schema)
            if shown.num_rows:
                last = shown
                yield shown
            if left is not None:
                left -= shown.num_rows
                if batch.num_rows > shown.num_rows and last is not None:
                    found.after = _token(question, page, last)
                    return


def _goes_by_time(question: Question, page: Page) -> bool:
    """Whether all rows are asked for in the order of time, and none needs what came before it."""
    first = page.order[0]
    return page.limit is None and first.field.name == "occurred_at" and question.report.fact == "charges"


def _by_parts(question: Question, page: Page, found: Answer) -> Generator[pa.RecordBatch]:
    """Stretches of the period one after the other: only one is sorted at a time, and others get in between."""
    names, schema = [column.name for column in found.columns], schema_of(found.columns)
    parts = list(_parts(question.conditions.period, found.row_count))
    for part in reversed(parts) if page.order[0].descending else parts:
        selection = replace(question.selection, period=part)
        with question.engine.stream(listing.rows(question.report, selection, page)) as batches:
            for batch in batches:
                yield batch.select(names).cast(schema)


def _parts(period: Period, rows: int) -> Iterator[Period]:
    """A period as stretches of days that have so many rows as are quickly sorted, if days are alike."""
    days = (period.end - period.start).days
    step = timedelta(min(days, max(1, days * LISTING_SORT_ROWS // max(rows, 1))))
    start = period.start
    while start < period.end:
        end = min(start + step, period.end)
        yield Period(start, end)
        start = end


def _token(question: Question, page: Page, batch: pa.RecordBatch) -> str:
    row = batch.slice(batch.num_rows - 1)
    values = [row.column(step.field.name)[0].as_py() for step in page.order]
    return listing.token_of(values, question.selection.known.seq)


def _credit(question: Question) -> tuple[tuple[Row, ...], dict[str, Any], tuple[Any, ...], int]:
    report, selection = question.report, question.selection
    parts = question.engine.rows(statement.totals(selection, report.listing))
    currencies = _currencies(question, parts)
    names = [column.name for column in report.totals[2:]]

    def total(currency: str, account_type: str) -> Row:
        made = listing_total(totals.credit(parts, currency, account_type), report.listing or "")
        return {name: made[name] for name in names}

    sign = -1 if report.listing == "usage" else 1
    sums = {
        currency: {"amount": EXACT.multiply(Decimal(sign), Decimal(totals.summed(rows, "moved")))}
        for currency, rows in totals.by_currency(parts).items()
    }
    return (
        totals.of_currencies(currencies, question.conditions.account_type, total),
        sums,
        (),
        totals.summed(parts, "entries"),
    )


def _currencies(question: Question, parts: list[Row]) -> tuple[str, ...]:
    """Those that have a total: where rows are looked for one by one, the currencies of the rows found."""
    if question.selection.found is None and not question.selection.discounts:
        return question.currencies()
    return tuple(sorted({part["currency"] for part in parts}))


def listing_total(made: Row, which: str) -> Row:
    """A credit total as a listing states it: what it lists, less what is internal."""
    made["eliminated"] = made["eliminated_in" if which == "topped_up" else "eliminated_out"]
    if which == "topped_up":
        made["amount"] = add(*(made[name] for name in _ADDED))
        return made
    # In this listing what was taken is positive, adjustments too.
    made["adjusted"] = EXACT.minus(made["adjusted"])
    made["amount"] = EXACT.subtract(add(*(made[name] for name in _TAKEN)), made["refunded"])
    return made


def _revenue(question: Question) -> tuple[tuple[Row, ...], dict[str, Any], tuple[Any, ...], int]:
    report = question.report
    parts = question.engine.rows(grouped.totals(report, question.selection))

    def total(currency: str, account_type: str) -> Row:
        return totals.with_ratios(totals.revenue(report, parts, currency, account_type), _RATIOS, ("",))

    shown = {field.name for field in report.fields}
    sums = {
        currency: {
            name: value for name, value in totals.revenue(report, parts, currency, "both").items() if name in shown
        }
        for currency in {part["currency"] for part in parts}
    }
    detail = [part for part in parts if part["cut"] == "detail"]
    return (
        totals.of_currencies(_currencies(question, parts), question.conditions.account_type, total),
        sums,
        (checks.cuts_agree(report, parts),),
        int(totals.summed(detail, "charges")),
    )
