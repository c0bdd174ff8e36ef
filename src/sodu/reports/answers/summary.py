"""Answers of the reports that sum: whole tables, which are ordered, compared and cut into pages here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.reports import vocabulary
from sodu.reports.answers import checks, totals
from sodu.reports.answers.answer import Answer, is_summed, no_rows, schema_of
from sodu.reports.answers.comparison import compared_names, with_comparison
from sodu.reports.answers.paging import ordered, pages
from sodu.reports.answers.question import Question
from sodu.reports.answers.totals import Row
from sodu.reports.answers.working_out import finishing
from sodu.reports.at_once import PARTS
from sodu.reports.column import Column
from sodu.reports.report import Shape
from sodu.reports.sql import grouped, statement
from sodu.reports.table import Check
from sodu.values.period import bucket


def answer(question: Question) -> Answer:
    """The rows, totals and checks of a report that sums."""
    report = question.report
    is_statement = report.shape is Shape.STATEMENT
    columns = columns_of(question)
    with PARTS.asked(lambda: _parts(question)) as asked:
        found = _rows(question, columns)
        sums = row_sums(found, columns)
        parts, closings = asked()
    whole = _totals(question, parts)
    made = (
        _statement_checks(parts, closings, found, whole)
        if is_statement
        else _grouped_checks(question, parts, whole, sums)
    )
    finish = finishing(question, columns, found)
    sort = sort_of(question)
    if any(name.removeprefix("-") not in found.column_names for name in sort):
        # The order needs of all rows what is worked out.
        found, finish = finish(found), lambda page: page
    table = ordered(found, columns, sort)
    result = Answer(
        columns=columns,
        batches=no_rows(),
        total_columns=_total_columns(question),
        totals=tuple({column.name: total[column.name] for column in _total_columns(question)} for total in whole),
        checks=made,
        row_count=table.num_rows,
        row_sums=sums,
        rows_by_currency=sort[0] == "currency",
    )
    result.batches = pages(question, table, result, finish)
    return result


def columns_of(question: Question) -> tuple[Column, ...]:
    """The columns of this answer: the report's, `by`'s first, and what a comparison adds."""
    columns = question.report.columns
    if question.selection.compare:
        columns = with_comparison(columns, compared_names(question.report))
    by = question.conditions.by
    return (vocabulary.BUCKETS[by], *columns) if by else columns


def sort_of(question: Question) -> tuple[str, ...]:
    """The order asked for, then the report's own, buckets standing after the currency."""
    own = question.report.sort
    if by := question.conditions.by:
        own = (own[0], by, *own[1:])
    return (*question.conditions.sort, *own, *question.report.keys)


def row_sums(table: pa.Table, columns: Sequence[Column]) -> dict[str, Row]:
    """For each currency, the plain sum of the rows."""
    names = [column.name for column in columns if is_summed(column)]
    summed = (
        table.select(["currency", *names])
        .group_by("currency", use_threads=False)
        .aggregate([(name, "sum") for name in names])
    )
    return {row["currency"]: {name: row[f"{name}_sum"] for name in names} for row in summed.to_pylist()}


def _parts(question: Question) -> tuple[Sequence[Row], Sequence[Row]]:
    """What the totals are made of and, for a statement, the closing balances of the period before."""
    engine, selection = question.engine, question.selection
    if question.report.shape is Shape.STATEMENT:
        return engine.rows(statement.totals(selection, None)), engine.rows(statement.closings(selection))
    return engine.rows(grouped.totals(question.report, selection)), ()


def _rows(question: Question, columns: Sequence[Column]) -> pa.Table:
    """The engine's rows with buckets named."""
    report, conditions = question.report, question.conditions
    query = (
        statement.rows(question.selection, conditions.by, conditions.show_zero)
        if report.shape is Shape.STATEMENT
        else grouped.rows(report, question.selection, conditions.by)
    )
    with question.engine.stream(query) as batches:
        found = list(batches)
    table = pa.Table.from_batches(found) if found else _empty(columns)
    return _with_buckets(table, conditions.by) if conditions.by else table


def _empty(columns: Sequence[Column]) -> pa.Table:
    more = [pa.field("gap", pa.decimal128(38, 12)), pa.field("bucket", pa.date32())]
    return pa.schema([*schema_of(columns), *more]).empty_table()


def _with_buckets(table: pa.Table, by: str) -> pa.Table:
    encoded = table.column("bucket").combine_chunks().dictionary_encode()
    days: list[Any] = encoded.dictionary.to_pylist()
    names = pa.array([bucket(day, by) for day in days], pa.string())
    return table.drop_columns(["bucket", *({by} & set(table.column_names))]).append_column(
        by, pc.take(names, encoded.indices)
    )


def _total_columns(question: Question) -> tuple[Column, ...]:
    columns = question.report.totals
    if not question.selection.compare:
        return columns
    return with_comparison(columns, compared_names(question.report))


def _totals(question: Question, parts: Sequence[Row]) -> tuple[Row, ...]:
    report = question.report

    def total(currency: str, account_type: str) -> Row:
        made: Row = {}
        for window in question.windows:
            if report.shape is Shape.STATEMENT:
                figures = totals.credit(parts, currency, account_type, window)
                figures["eliminated"] = figures["eliminated_in"]
                made |= {name + window: value for name, value in _complete(figures).items()}
            else:
                made |= totals.revenue(report, parts, currency, account_type, window)
        made = totals.with_ratios(made, report.ratios, question.windows)
        return totals.with_changes(made, report, compared_names(report)) if question.selection.compare else made

    return totals.of_currencies(question.currencies(), question.conditions.account_type, total)


def _complete(figures: Row) -> Row:
    """Balances are 0 where there is not one entry to sum."""
    return {"opening": Decimal(0), "closing": Decimal(0)} | figures


def _statement_checks(
    parts: Sequence[Row], closings: Sequence[Row], found: pa.Table, whole: Sequence[Row]
) -> tuple[Check, ...]:
    gaps = [name for name in ("gap", "gap_before") if name in found.column_names and found.num_rows]
    broken: list[str] = []
    for name in gaps:
        off = found.filter(pc.not_equal(found.column(name), pa.scalar(Decimal(0), found.column(name).type)))
        broken += [f"{row['account_id']} {row['currency']}: {row[name]}" for row in off.slice(0, 5).to_pylist()]
    return (
        checks.formula_holds(broken),
        checks.opening_follows(closings, whole),
        checks.listings_agree(parts, whole),
        checks.listings_move_balance(parts),
        checks.eliminations_agree(whole),
    )


def _grouped_checks(
    question: Question, parts: Sequence[Row], whole: Sequence[Row], sums: dict[str, Row]
) -> tuple[Check, ...]:
    # Accounts are counted once in a total, and once in each row that they stand in.
    names = [measure.name for measure in question.report.measures if measure.name != "accounts"]
    return (checks.cuts_agree(question.report, parts), checks.rows_add_up(sums, whole, names))
