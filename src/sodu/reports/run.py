"""The whole path of a report: a question in, its answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from sodu.reports import conditions as words
from sodu.reports.answers import listing, register, summary
from sodu.reports.answers.answer import Answer
from sodu.reports.answers.question import Question
from sodu.reports.canonical import Digest
from sodu.reports.column import Column
from sodu.reports.conditions import Conditions
from sodu.reports.kept import is_kept, kept_beside, key_of
from sodu.reports.report import Report, Shape
from sodu.reports.scope import Scope
from sodu.reports.searching import searched
from sodu.reports.selection import resolve
from sodu.reports.sql.listing import token_seq
from sodu.reports.table import Header, ResultTable
from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _
from sodu.warehouse.engine import Engine, Known
from sodu.warehouse.texts import small


class Record(Protocol):
    """What a report needs of an open home."""

    @property
    def engine(self) -> Engine:
        """Where the facts are summed."""

    @property
    def zone(self) -> str:
        """The reporting zone."""

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a journal number or an instant, or now."""


_ANSWERS: dict[Shape, Callable[[Question], Answer]] = {
    Shape.LISTING: listing.answer,
    Shape.GROUPED: summary.answer,
    Shape.STATEMENT: summary.answer,
    Shape.REGISTER: register.answer,
}


def run(report: Report, conditions: Conditions, scope: Scope, record: Record, now: datetime) -> ResultTable:
    """The answer to a report's question, for a reader who may see `scope`.

    Raises WrongUsage for ids that are unknown or may not be seen. A long listing's rows are read from the engine as
    the answer's batches are; other answers are kept for who asks the same.
    """
    if not is_kept(report, conditions):
        return answered(question_of(report, conditions, scope, record, now))
    known = _known(conditions, record)
    pinned = replace(conditions, as_known_at=str(known.seq))
    table = kept_beside(record.engine).answer(
        key_of(report, conditions, scope, known, record.zone),
        lambda: answered(question_of(report, pinned, scope, record, now)),
    )
    return replace(table, header=_asked_now(table.header, conditions, now))


def question_of(report: Report, conditions: Conditions, scope: Scope, record: Record, now: datetime) -> Question:
    """The question with its ids looked up, within what the reader may see."""
    selection = resolve(conditions, scope, record.engine, _known(conditions, record))
    if conditions.search:
        selection = searched(report, selection, conditions.search, record.engine)
    return Question(report, conditions, selection, record.engine, record.zone, now)


def answered(question: Question) -> ResultTable:
    """The answer to a question, its rows still to be read."""
    conditions = question.conditions
    answer = _ANSWERS[question.report.shape](question)
    table = ResultTable(
        header=_header(question),
        columns=_shown(answer, conditions),
        batches=iter(()),
        total_columns=answer.total_columns,
        totals=answer.totals,
        checks=answer.checks,
        row_count=answer.row_count,
        currencies=tuple(sorted({total["currency"] for total in answer.totals} | set(answer.row_sums))),
        row_sums=answer.row_sums,
        rows_by_currency=answer.rows_by_currency,
    )
    table.batches = _digested(answer, table)
    return table


def _known(conditions: Conditions, record: Record) -> Known:
    """As asked; a later page goes on from what its first one knew."""
    at = _as_known_at(conditions.as_known_at) if conditions.as_known_at else None
    known = record.known(at)
    if conditions.after:
        seq = token_seq(conditions.after)
        if at is not None and seq != known.seq:
            raise WrongUsage(_("after: this page is of another as_known_at"))
        return record.known(seq)
    return known


def _as_known_at(text: str) -> int | datetime:
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo:
            return instant
    except ValueError:
        pass
    raise WrongUsage(
        _("as_known_at: '{text}' is neither a number of the journal nor an instant with an offset"), text=text
    )


def _header(question: Question) -> Header:
    report, conditions = question.report, question.conditions
    period = conditions.period
    return Header(
        slug=report.slug,
        title=report.title,
        conditions=conditions.wire(),
        sentences=words.sentences(conditions),
        period_start=period.start,
        period_end=period.end,
        period_over=_is_over(period.end, question.now, question.zone),
        zone=question.zone,
        known=question.selection.known,
        data_through=question.data_through(),
    )


def _asked_now(header: Header, conditions: Conditions, now: datetime) -> Header:
    """What an answer says of itself to one who asks now, in these words."""
    return replace(
        header,
        conditions=conditions.wire(),
        sentences=words.sentences(conditions),
        period_over=_is_over(header.period_end, now, header.zone),
    )


def _is_over(end: date, now: datetime, zone: str) -> bool:
    return now.astimezone(ZoneInfo(zone)).date() >= end


def _shown(answer: Answer, conditions: Conditions) -> tuple[Column, ...]:
    """The columns asked for in their order, or all."""
    if not conditions.columns:
        return answer.columns
    by_name = {column.name: column for column in answer.columns}
    missing = [name for name in conditions.columns if name not in by_name]
    if missing:
        raise WrongUsage(
            _("columns: this answer has no column '{name}'; it has {known}"),
            name=missing[0],
            known=", ".join(by_name),
        )
    return tuple(by_name[name] for name in conditions.columns)


def _digested(answer: Answer, table: ResultTable) -> Iterator[pa.RecordBatch]:
    """The rows, their SHA-256 taken as they pass."""
    digest = Digest(table.columns)
    # Left early, the engine's answer is closed at once and not when memory is tidied up.
    with closing(answer.batches) as batches:
        for batch in small(batches):
            digest.update(batch)
            yield batch
    table.sha256 = digest.hexdigest()
    table.next = answer.after
