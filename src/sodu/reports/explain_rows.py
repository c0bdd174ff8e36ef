"""The rows behind a figure and the batches they came from, each summed apart and held against the figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from sodu.reports.answers.checks import check
from sodu.reports.column import Column
from sodu.reports.conditions import Conditions
from sodu.reports.explain_asking import Asking, narrowed, nothing
from sodu.reports.explained import ACCOUNT, DISCOUNT, SERVICE, Batch, Explanation, Place, Rows, summed
from sodu.reports.figure import Behind, Figure, Span
from sodu.reports.report import Report, Shape
from sodu.reports.searching import narrowing
from sodu.reports.sql import behind as sql
from sodu.reports.table import Check, ResultTable
from sodu.values.errors import WrongUsage
from sodu.values.limits import EXPLAINED_ROWS_SHOWN, SEARCH_FOUND_EXPLAINED_MAX
from sodu.values.money import EXACT
from sodu.values.period import Period
from sodu.values.text import mark as _
from sodu.warehouse.engine import Query
from sodu.warehouse.journal import BatchRow

_FIRST_DAY = date(2000, 1, 1)


class Sources:
    """Where a figure's rows are, and what they sum to."""

    def __init__(self, asking: Asking, place: Place, figure: Figure) -> None:
        self._asking = asking
        self._place = place
        self._figure = figure
        self._behind = (figure.of_row if DISCOUNT in place.row else ()) or figure.behind
        self._questions = [(behind, self._question(behind)) for behind in self._behind]

    def rows(self) -> tuple[Rows, ...]:
        """The rows behind the figure, the first of them to look at."""
        return tuple(self._rows(behind, asked) for behind, asked in self._questions if asked)

    def batches(self) -> tuple[Batch, ...]:
        """The batches that hold them, each with what it adds to the figure."""
        rows: dict[int, int] = defaultdict(int)
        values: dict[int, Any] = defaultdict(int)
        for behind, asked in self._questions:
            for found in self._asking.record.engine.rows(self._by_batch(behind, asked)) if asked else ():
                rows[found["seq"]] += found["facts"]
                values[found["seq"]] = summed((values[found["seq"]], found["amount"]))
        journal = {row.seq: row for row in self._asking.record.journal.rows() if isinstance(row, BatchRow)}
        made = []
        for seq in sorted(rows):
            row = journal[seq]
            value = values[seq] if self.batches_add_up else None
            made.append(Batch(seq, row.table, row.source, row.recorded_at, row.who, row.batch_sha256, rows[seq], value))
        return tuple(made)

    @cached_property
    def batches_add_up(self) -> bool:
        """Whether batches have sums of the figure: things counted once may stand in several."""
        return self._figure.adds_up and all(
            _report(behind).shape in (Shape.LISTING, Shape.REGISTER) for behind in self._behind
        )

    def checks(self, made: Explanation) -> tuple[Check, ...]:
        """That the rows add up to the figure, and the batches too."""
        found = []
        if not self._behind:
            return ()
        if self._figure.adds_up:
            rows_sum: Any = made.rows_sum
            left = EXACT.subtract(rows_sum, made.less.value) if made.less else rows_sum
            promise = (
                _("The rows, less what is internal, add up to the figure")
                if made.less
                else _("The rows add up to the figure")
            )
            found.append(check("rows", promise, [] if left == made.value else [f"{left} ≠ {made.value}"]))
        if self.batches_add_up:
            total = summed(batch.value for batch in made.batches)
            broken = [] if total == made.value else [f"{total} ≠ {made.value}"]
            found.append(check("batches", _("The batches add up to the figure"), broken))
        return tuple(found)

    def _question(self, behind: Behind) -> Conditions | None:
        """What lists the rows; None where there cannot be any."""
        asked, figure = narrowed(self._place), self._figure
        if asked is None:
            return None
        if figure.only and asked.account_type not in ("both", figure.only):
            return None
        kinds = behind.kinds
        if asked.kind:
            kinds = tuple(kind for kind in asked.kind if not kinds or kind in kinds)
            if not kinds:
                return None
        period = _span(figure.span, asked.period)
        found = self._found(asked, _report(behind))
        if period is None or found is None:
            return None
        return replace(
            found,
            period=period,
            period_text=asked.period_text if period == asked.period else str(period),
            account_type=figure.only or asked.account_type,
            kind=kinds,
            status=asked.status if _report(behind).owner else (),
        )

    def _found(self, asked: Conditions, behind: Report) -> Conditions | None:
        """What a search of the figure's report means in the one that lists its rows; None where it has no such words."""
        report = self._place.report
        if asked.discount and "discount" not in behind.conditions:
            return None
        if asked.search is None or report is behind:
            return asked
        if {ACCOUNT, SERVICE, DISCOUNT} & {*self._place.row}:
            return replace(asked, search=None)
        what = narrowing(report)
        if not what:
            return None
        asked = replace(asked, search=None)
        found = self._asking.found(self._place)
        if len(found) > SEARCH_FOUND_EXPLAINED_MAX:
            raise WrongUsage(
                _("search: a total of {count} is more than is explained at once, which is {most}; search for less"),
                count=len(found),
                most=SEARCH_FOUND_EXPLAINED_MAX,
            )
        if not found:
            return None
        return replace(asked, account=found) if what == "account" else replace(asked, service=found)

    def _rows(self, behind: Behind, asked: Conditions) -> Rows:
        report = _report(behind)
        table = self._asking.table(
            report, replace(asked, limit=EXPLAINED_ROWS_SHOWN), only_internal=self._figure.only_internal
        )
        first = tuple(row for batch in table.batches for row in batch.to_pylist())
        columns = {column.name: column for column in report.columns}
        sums = tuple((sign, columns.get(name)) for sign, name in behind.sums)
        return Rows(report, asked, table.columns, sums, first, table.row_count, self._value(table, sums))

    def _value(self, table: ResultTable, sums: tuple[tuple[str, Column | None], ...]) -> Any:
        if not self._figure.adds_up:
            return None
        own = table.row_sums.get(self._place.conditions.currency or "", {})
        total: Any = 0
        for sign, column in sums:
            value = own.get(column.name, nothing(column)) if column else table.row_count
            total = summed((total, value if sign == "+" else EXACT.minus(value)))
        return total

    def _by_batch(self, behind: Behind, asked: Conditions) -> Query:
        report = _report(behind)
        if report.shape is Shape.REGISTER:
            table = self._asking.table(report, asked)
            ids = sorted({row["discount_id"] for batch in table.batches for row in batch.to_pylist()})
            selection = self._asking.selection(report, asked)
            return sql.of_captured(report.owner or "", selection, behind.sums, ids)
        if report.shape is not Shape.LISTING:
            report = _detail()
        selection = self._asking.selection(report, asked)
        if self._figure.only_internal:
            selection = replace(selection, only_internal=True)
        return sql.of_listing(report, selection, behind.sums, external=bool(self._figure.less))


def _span(span: Span, period: Period) -> Period | None:
    if span is Span.PERIOD:
        return period
    end = period.start if span is Span.BEFORE else period.end
    return Period(_FIRST_DAY, end) if end > _FIRST_DAY else None


def _report(behind: Behind) -> Report:
    from sodu.reports.catalog import report_of

    return report_of(behind.slug)


def _detail() -> Report:
    from sodu.reports.catalog import report_of

    return report_of("revenue-detail")
