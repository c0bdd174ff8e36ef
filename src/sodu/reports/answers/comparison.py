"""A period beside the one before: before, Δ and Δ % of each measure, once, from exact figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sodu.reports.column import Column, Kind
from sodu.reports.report import Ratio, Report
from sodu.values import money
from sodu.values.text import Text, mark as _

_SUFFIXES: tuple[tuple[str, Text, Kind | None], ...] = (
    ("_before", _("before"), None),
    ("_change", _("Δ"), None),
    ("_change_rate", _("Δ %"), Kind.CHANGE_RATE),
)


def compared_names(report: Report) -> tuple[str, ...]:
    """The columns that a comparison adds to."""
    measures = tuple(measure.column.name for measure in report.measures if measure.compared)
    return measures + tuple(ratio.column.name for ratio in report.ratios if ratio.compared)


def with_comparison(columns: Sequence[Column], names: Sequence[str]) -> tuple[Column, ...]:
    """The columns, each compared one followed by what it was before, its change and its rate of change."""
    shown: list[Column] = []
    for column in columns:
        shown.append(column)
        if column.name in names:
            shown += [
                Column(column.name + suffix, column.label, kind or column.kind, base=column.name)
                for suffix, _label, kind in _SUFFIXES
            ]
    return tuple(shown)


def suffix_label(column: Column) -> Text | None:
    """What a column of a comparison adds to its measure's label."""
    if column.base is None:
        return None
    suffix = column.name.removeprefix(column.base)
    return next(label for name, label, _kind in _SUFFIXES if name == suffix)


def changes(now: Any, before: Any) -> tuple[Any, Decimal | None]:
    """Δ and Δ % of a summed measure; no rate where there was nothing before."""
    change = now - before if isinstance(now, int) else money.subtract(now, before)
    return change, money.ratio(change, before)


def ratio_changes(ratio: Ratio, figures: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Δ and Δ % of a ratio, from the sums that it divides, not from its rounded value."""
    if not figures[ratio.whole] or not figures[ratio.whole + "_before"]:
        return None, None
    now, of_now = money.quotient(figures[ratio.part], figures[ratio.whole])
    before, of_before = money.quotient(figures[ratio.part + "_before"], figures[ratio.whole + "_before"])
    change = now * of_before - before * of_now
    return money.rate(change, of_now * of_before), money.rate(change, of_now * before) if before else None
