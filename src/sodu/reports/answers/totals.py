"""Totals: one for each currency, of all rows, from the facts themselves; and for each account type beside both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sodu.reports.answers.comparison import changes, ratio_changes
from sodu.reports.report import Measure, Ratio, Report
from sodu.reports.sql.statement import KIND_MEASURES
from sodu.values import money
from sodu.values.money import EXACT

Row = dict[str, Any]

_ZERO = Decimal(0)


def types_of(account_type: str) -> tuple[str, ...]:
    """The account types that a total stands for: the one asked for, and both kinds beside both."""
    return ("both", "partner", "customer") if account_type == "both" else (account_type,)


def belongs(own: bool, account_type: str) -> bool:
    """Whether a fact of a partner's own account, or not, counts in a total of a type."""
    return account_type == "both" or own == (account_type == "partner")


def of_currencies(currencies: Sequence[str], account_type: str, total: Callable[[str, str], Row]) -> tuple[Row, ...]:
    """A total for each currency and type, in that order."""
    return tuple(
        {"account_type": kind, "currency": currency} | total(currency, kind)
        for currency in currencies
        for kind in types_of(account_type)
    )


def summed(rows: Iterable[Mapping[str, Any]], name: str) -> Any:
    """The exact sum of a column, whose nulls are sums of nothing."""
    total: Any = 0
    for row in rows:
        value = row[name]
        if isinstance(value, Decimal):
            total = EXACT.add(Decimal(total), value)
        elif value is not None:
            total += value
    return total


def credit(parts: Sequence[Row], currency: str, account_type: str, window: str = "") -> Row:
    """A credit total: every measure, with transfers inside the selection left out and stated.

    `parts` are the rows of `sql.statement.totals`.
    """
    mine = [part for part in parts if part["currency"] == currency and belongs(part["own"], account_type)]
    inside = [part for part in mine if part["internal"] and (account_type == "both" or part["same_type"])]
    total: Row = {}
    if any("opening" in part for part in parts):
        total["opening"] = Decimal(summed(mine, "opening" + window))
        total["closing"] = Decimal(summed(mine, "closing" + window))
    for name, (kind, sign) in KIND_MEASURES.items():
        of_kind = [part for part in mine if part["kind"] == kind]
        moved = Decimal(summed(of_kind, "moved" + window))
        left_out = Decimal(summed((part for part in inside if part["kind"] == kind), "moved" + window))
        measure = EXACT.subtract(moved, left_out)
        total[name] = EXACT.minus(measure) if sign else measure
        if kind == "transfer_in":
            total["eliminated_in"] = left_out
        if kind == "transfer_out":
            total["eliminated_out"] = EXACT.minus(left_out)
    total["entries"] = summed(mine, "entries" + window)
    return total


def revenue(report: Report, parts: Sequence[Row], currency: str, account_type: str, window: str = "") -> Row:
    """A revenue total: every measure, from the charges in detail.

    `parts` are the rows of `sql.grouped.totals`.
    """
    mine = [part for part in parts if part["currency"] == currency and belongs(part["own"], account_type)]
    detail = [part for part in mine if part["cut"] == "detail"]
    by_account = [part for part in mine if part["cut"] == "account"]
    return {
        measure.name + window: _typed(
            measure, summed(by_account if measure.name == "accounts" else detail, measure.name + window)
        )
        for measure in report.measures
    }


def _typed(measure: Measure, value: Any) -> Any:
    return int(value) if measure.column.kind == "count" else Decimal(value)


def with_ratios(total: Row, ratios: Sequence[Ratio], windows: Sequence[str]) -> Row:
    """The total with its own ratios: made of its sums, never of others' ratios."""
    for ratio in ratios:
        if not ratio.of_total:
            for window in windows:
                total[ratio.column.name + window] = money.ratio(total[ratio.part + window], total[ratio.whole + window])
    return total


def with_changes(total: Row, report: Report, names: Sequence[str]) -> Row:
    """The total with Δ and Δ % of each compared column."""
    ratios = {ratio.column.name: ratio for ratio in report.ratios}
    for name in names:
        if name in ratios:
            change, rate = ratio_changes(ratios[name], total)
        else:
            change, rate = changes(total[name], total[name + "_before"])
        total[name + "_change"], total[name + "_change_rate"] = change, rate
    return total


def by_currency(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows apart by their currency."""
    apart: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        apart[row["currency"]].append(row)
    return apart
