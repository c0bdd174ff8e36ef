"""What an explanation asks for: answers of reports, all within one scope and as known at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sodu.reports.column import Column, Kind
from sodu.reports.conditions import Conditions
from sodu.reports.explained import ACCOUNT, BUCKET, DISCOUNT, SERVICE, Place
from sodu.reports.report import Report
from sodu.reports.run import Record as Answering, answered, question_of
from sodu.reports.scope import Scope
from sodu.reports.searching import chosen
from sodu.reports.selection import Selection
from sodu.reports.table import ResultTable
from sodu.values import period as periods
from sodu.values.errors import WrongUsage
from sodu.values.money import ratio
from sodu.values.period import Period
from sodu.values.text import mark as _
from sodu.warehouse.journal import JournalPort


class Record(Answering, Protocol):
    """What an explanation needs of an open home: what a report needs, and who loaded what when."""

    @property
    def journal(self) -> JournalPort:
        """The list of all that was loaded."""


class Asking:
    """Asks reports for one reader, each question once, as known when the first was asked."""

    def __init__(self, scope: Scope, record: Record, now: datetime) -> None:
        self.scope = scope
        self.record = record
        self.now = now
        self._known = ""
        self._totals: dict[tuple[str, Conditions], ResultTable] = {}

    def table(self, report: Report, conditions: Conditions, *, only_internal: bool = False) -> ResultTable:
        """An answer whose rows are still to be read."""
        question = question_of(report, self._pinned(conditions), self.scope, self.record, self.now)
        self._known = str(question.selection.known.seq)
        if only_internal:
            question = replace(question, selection=replace(question.selection, only_internal=True))
        return answered(question)

    def selection(self, report: Report, conditions: Conditions) -> Selection:
        """The keys that conditions stand for."""
        return question_of(report, self._pinned(conditions), self.scope, self.record, self.now).selection

    def found(self, place: Place) -> tuple[str, ...]:
        """The accounts or services that the place's search chooses."""
        window = narrowed(place)
        return chosen(place.report, self.selection(place.report, window), self.record.engine) if window else ()

    def answer(self, place: Place, narrowed: Conditions) -> ResultTable:
        """The answer that a figure is a total of."""
        key = (place.report.slug, narrowed)
        if key not in self._totals:
            self._totals[key] = self.table(place.report, narrowed)
        return self._totals[key]

    def in_currency(self, place: Place) -> Place:
        """The place with its currency: the one asked for, or the only one there is."""
        if place.conditions.currency:
            return place
        window = narrowed(place)
        codes = sorted({total["currency"] for total in self.answer(place, window).totals}) if window else []
        if len(codes) != 1:
            raise WrongUsage(
                _("currency: say in which currency the figure is; there are {known}"), known=", ".join(codes) or "-"
            )
        return replace(place, conditions=replace(place.conditions, currency=codes[0]))

    def value(self, place: Place) -> Any:
        """A figure that stands in a report's totals; nothing where there is none."""
        window = narrowed(place)
        account_type = place.conditions.account_type
        for total in self.answer(place, window).totals if window else ():
            if (total["currency"], total["account_type"]) == (place.conditions.currency, account_type):
                return total[place.measure]
        return nothing(column_of(place.report, place.measure))

    def share(self, place: Place) -> Any:
        """A figure that only rows have: its row's part of the whole."""
        of_all = replace(place, row={name: word for name, word in place.row.items() if name == BUCKET})
        part, whole = (self.value(replace(each, measure="sales")) for each in (place, of_all))
        return ratio(part, whole)

    def _pinned(self, conditions: Conditions) -> Conditions:
        return replace(conditions, as_known_at=self._known) if self._known else conditions


def narrowed(place: Place) -> Conditions | None:
    """The question that the figure alone is the total of; None where its row has no day of the period."""
    conditions, row = place.conditions, place.row
    period = conditions.period
    if BUCKET in row:
        bucket = _bucket(row[BUCKET])
        period = Period(max(period.start, bucket.start), min(period.end, bucket.end))
        if period.start >= period.end:
            return None
    return replace(
        conditions,
        period=period,
        period_text=conditions.period_text if period == conditions.period else str(period),
        account=(row[ACCOUNT],) if ACCOUNT in row else conditions.account,
        service=(row[SERVICE],) if SERVICE in row else conditions.service,
        discount=(row[DISCOUNT],) if DISCOUNT in row else conditions.discount,
        compare=None,
        compare_text=None,
        by=None,
        show_zero=False,
        sort=(),
        columns=(),
        limit=None,
        after=None,
    )


def _bucket(text: str) -> Period:
    # The frames hang on today; a bucket is a day, week, month or quarter by its name.
    if text in periods.FRAMES:
        raise WrongUsage(_("bucket: '{text}' is no day, week, month or quarter"), text=text)
    return periods.parse(text, date.min)


def column_of(report: Report, name: str) -> Column:
    """The column of a figure, of rows or of totals."""
    return next(column for column in (*report.totals, *report.columns) if column.name == name)


def nothing(column: Column) -> Any:
    """What a figure is where there is nothing to sum."""
    if column.kind in (Kind.RATE, Kind.CHANGE_RATE):
        return None
    return 0 if column.kind is Kind.COUNT else Decimal(0)
