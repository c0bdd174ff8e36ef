"""A period beside the one before: before, Δ and Δ % of each measure, once, from exact figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sodu.reports.column import Column, Kind
from sodu.reports.report import Ratio, Report
from sodu.values.money import RATE_SCALE, round_fraction
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
    change = now - before
    rate = None if not before else _rounded(Fraction(change) / Fraction(before))
    return change, rate


def ratio_changes(ratio: Ratio, figures: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Δ and Δ % of a ratio, from the sums that it divides, not from its rounded value."""
    now = _fraction(figures[ratio.part], figures[ratio.whole])
    before = _fraction(figures[ratio.part + "_before"], figures[ratio.whole + "_before"])
    if now is None or before is None:
        return None, None
    return _rounded(now - before), _rounded((now - before) / before) if before else None


def _fraction(part: Any, whole: Any) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def _rounded(value: Fraction) -> Decimal:
    return round_fraction(value, RATE_SCALE)
