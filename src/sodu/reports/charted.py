"""The figures of a report's chart: another run of a report in the catalogue, put in the order in which they are drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sodu.reports.chart import Chart, Form, Over
from sodu.reports.column import Column
from sodu.reports.conditions import Conditions
from sodu.reports.kept_rows import kept_rows
from sodu.reports.report import Report, Shape
from sodu.reports.run import Record, question_of, run
from sodu.reports.scope import Scope
from sodu.reports.sql import grouped, statement
from sodu.reports.sql.statement import KIND_MEASURES
from sodu.values import period as periods
from sodu.values.errors import WrongUsage
from sodu.values.limits import CHART_ENTITIES_MAX
from sodu.values.money import EXACT
from sodu.values.period import Period, bucket, bucket_starts
from sodu.values.text import mark as _

Row = dict[str, Any]
_DAYS_OF = (("day", 45), ("week", 130), ("month", 1200))
OTHER = ""
"""The point of all that is not among the greatest."""


@dataclass(frozen=True)
class Series:
    """One measure along the points; None where there is nothing yet to know."""

    column: Column
    values: tuple[Decimal | None, ...]
    is_before: bool = False


@dataclass(frozen=True)
class Drawing:
    """What a chart draws, in one currency."""

    report: Report
    """Whose chart it is."""
    form: Form
    over: Over
    by: str
    """The bucket of its points; empty for entities."""
    currency: str
    currencies: tuple[str, ...]
    """Those there are to choose from."""
    points: tuple[str, ...]
    """Buckets as a period's text, or names."""
    points_before: tuple[str, ...]
    """The buckets of the period compared with, beside the points."""
    series: tuple[Series, ...]
    period: Period
    compare: Period | None


class _Charting:
    """Asks one report for a chart of another."""

    def __init__(self, report: Report, conditions: Conditions, scope: Scope, record: Record, now: datetime) -> None:
        from sodu.reports.catalog import report_of

        if report.chart is None:
            raise AssertionError(report.slug)
        self.report = report
        self.conditions = conditions
        self.chart: Chart = report.chart
        self.answering = report_of(self.chart.slug)
        self._reading = (scope, record, now)
        self.today = now.astimezone(ZoneInfo(record.zone)).date()

    def rows(self, by: str | None, compare: Period | None, period: Period) -> list[Row]:
        """The rows that are drawn, of a period."""
        keeps = set(self.answering.conditions)
        conditions = self.conditions
        asked = replace(
            conditions,
            period=period,
            period_text=conditions.period_text if period == conditions.period else str(period),
            by=by,
            compare=compare,
            compare_text=str(compare) if compare else None,
            kind=conditions.kind if "kind" in keeps else (),
            status=conditions.status if "status" in keeps else (),
            show_zero=False,
            sort=(),
            columns=(),
            limit=None,
            after=None,
        )
        table = run(self.answering, asked, *self._reading)
        return [row for batch in table.batches for row in batch.to_pylist()]

    def sums(self, by: str, period: Period) -> list[Row]:
        """What is drawn of one currency in each bucket of a period, summed by the engine."""
        asked = replace(self.conditions, period=period, compare=None, kind=(), status=())
        question = question_of(self.answering, asked, *self._reading)
        names = [column.name for column in self.measures()]
        query = (
            statement.series(question.selection, by, names)
            if self.answering.shape is Shape.STATEMENT
            else grouped.series(self.answering, question.selection, by, names)
        )
        rows = kept_rows(question.engine, question.selection.known, query)
        return [row | {by: bucket(row["bucket"], by), "currency": asked.currency} for row in rows]

    def measures(self) -> tuple[Column, ...]:
        """What is drawn: of the kinds asked for, where some are."""
        names: Sequence[str] = self.chart.measures
        if self.conditions.kind:
            mine = "-" if self.report.listing == "usage" else ""
            names = [
                name
                for name, (kind, sign) in KIND_MEASURES.items()
                if kind in self.conditions.kind and sign == mine and kind != "adjustment"
            ]
        columns = {column.name: column for column in self.answering.columns}
        return tuple(columns[name] for name in names)


def drawing(report: Report, conditions: Conditions, scope: Scope, record: Record, now: datetime) -> Drawing:
    """The chart of a report's question, answered by `run` and summed exactly; raises what `run` does."""
    if not has_chart(report, conditions):
        name = "search" if conditions.search else "discount"
        raise WrongUsage(_("{name}: rows that are looked for one by one have no chart"), name=name)
    charting = _Charting(report, conditions, scope, record, now)
    over = Over.TIME if conditions.by else charting.chart.over
    return _over_time(charting) if over is Over.TIME else _of_entities(charting)


def has_chart(report: Report, conditions: Conditions) -> bool:
    """Whether a question has a chart: a listing's is of sums, in which its rows cannot be searched for."""
    return report.chart is not None and (
        report.chart.slug == report.slug or not (conditions.search or conditions.discount)
    )


def bucket_for(period: Period) -> str:
    """The bucket that a period of this length is best cut into."""
    days = (period.end - period.start).days
    return next((by for by, most in _DAYS_OF if days <= most), "quarter")


def _over_time(charting: _Charting) -> Drawing:
    conditions = charting.conditions
    by = conditions.by or bucket_for(conditions.period)
    windows = [conditions.period, *([conditions.compare] if conditions.compare else [])]
    # Rows are needed only to see which currency has most of them.
    is_summed = bool(conditions.currency) and not conditions.search
    found = [charting.sums(by, period) if is_summed else charting.rows(by, None, period) for period in windows]
    currency, currencies = _currency(conditions, *found)
    series, points = [], []
    for period, rows in zip(windows, found, strict=True):
        starts = bucket_starts(period, by)
        names = tuple(bucket(day, by) for day in starts)
        points.append(names)
        mine = [row for row in rows if row["currency"] == currency]
        for column in charting.measures():
            sums = _sums(mine, by, column.name)
            values = tuple(
                None if day > charting.today else sums.get(name, Decimal(0))
                for day, name in zip(starts, names, strict=True)
            )
            series.append(Series(column, values, is_before=period is not conditions.period))
    series = _telling(series)
    form = charting.chart.form
    return Drawing(
        charting.report, form, Over.TIME, by, currency, currencies, points[0], points[1] if points[1:] else (),
        tuple(series), conditions.period, conditions.compare,
    )  # fmt: skip


def _telling(series: list[Series]) -> list[Series]:
    """The measures that are not nothing everywhere; the first one always."""
    names = {each.column.name for each in series if any(each.values)} or {each.column.name for each in series[:1]}
    return [each for each in series if each.column.name in names]


def _of_entities(charting: _Charting) -> Drawing:
    conditions, chart = charting.conditions, charting.chart
    compare = conditions.compare if "compare" in charting.answering.conditions else None
    rows = charting.rows(None, compare, conditions.period)
    currency, currencies = _currency(conditions, rows)
    # By their ids: two accounts may have one name.
    mine = [row | {"entity": _key(row, chart.entity)} for row in rows if row["currency"] == currency]
    names = {row["entity"]: _name(row, chart.entity) for row in mine}
    (column,) = charting.measures()
    sums = _sums(mine, "entity", column.name)
    before = _sums(mine, "entity", f"{column.name}_before") if compare else {}
    ordered = sorted((name for name in sums if sums[name] or before.get(name)), key=lambda name: (-sums[name], name))
    kept, rest = ordered[:CHART_ENTITIES_MAX], ordered[CHART_ENTITIES_MAX:]
    if len(rest) == 1:
        kept, rest = ordered, []
    points = (*(names[key] for key in kept), *([OTHER] if rest else []))

    def values(of: dict[str, Decimal]) -> tuple[Decimal, ...]:
        others = [_total(of.get(name, Decimal(0)) for name in rest)] if rest else []
        return (*(of.get(name, Decimal(0)) for name in kept), *others)

    series = [Series(column, values(sums))]
    if compare:
        series.append(Series(column, values(before), is_before=True))
    return Drawing(
        charting.report, chart.form, Over.ENTITY, "", currency, currencies, points, (), tuple(series),
        conditions.period, compare,
    )  # fmt: skip


def _currency(conditions: Conditions, *found: list[Row]) -> tuple[str, tuple[str, ...]]:
    """The currency asked for, else the one with most rows; and all there are."""
    counts: dict[str, int] = defaultdict(int)
    for rows in found:
        for row in rows:
            if row["currency"]:
                counts[row["currency"]] += 1
    codes = tuple(sorted(counts))
    most = max(codes, key=lambda code: counts[code], default="")
    return conditions.currency or most, codes


def _name(row: Row, names: Sequence[str]) -> str:
    return next((str(row[name]) for name in names if row.get(name)), "")


def _key(row: Row, names: Sequence[str]) -> str:
    return str(row[names[-1]] or "") if names[-1].endswith("_id") else _name(row, names)


def _sums(rows: list[Row], key: str, name: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[key]] = EXACT.add(sums[row[key]], row[name])
    return dict(sums)


def _total(values: Any) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total


def day_of(text: str) -> Period:
    """The days of a bucket."""
    return periods.parse(text, date.min)
