"""What is worked out of a row's sums: ratios, and the changes of a comparison. Only of the rows that are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sodu.reports.answers.answer import schema_of
from sodu.reports.answers.comparison import changes, compared_names, ratio_changes
from sodu.reports.answers.question import Question
from sodu.reports.column import ARROW_TYPES, Column
from sodu.reports.report import Ratio
from sodu.values import money

_Sums = dict[tuple[Any, ...], Decimal]


def finishing(question: Question, columns: Sequence[Column], found: pa.Table) -> Callable[[pa.Table], pa.Table]:
    """What makes whole rows of some of those that were found, with all columns of the answer."""
    of_all = {ratio.column.name: _sums_of_groups(question, found, ratio) for ratio in question.report.ratios}

    def finish(rows: pa.Table) -> pa.Table:
        for ratio in question.report.ratios:
            rows = _with_ratio(question, rows, ratio, of_all[ratio.column.name])
        if question.selection.compare:
            rows = _with_changes(question, rows)
        return rows.select([column.name for column in columns]).cast(schema_of(columns))

    return finish


def _groups(question: Question, table: pa.Table) -> list[tuple[Any, ...]]:
    """What the total is of that a row is a share of; a bucket is a period of its own, with totals of its own."""
    by = [question.conditions.by] if question.conditions.by else []
    return list(zip(*(table.column(key).to_pylist() for key in ["currency", *by]), strict=True))


def _sums_of_groups(question: Question, table: pa.Table, ratio: Ratio) -> dict[str, _Sums]:
    """For each window and group of rows, the sum that their shares are of."""
    if not ratio.of_total:
        return {}
    groups, found = _groups(question, table), {}
    for window in _windows(question, ratio):
        sums: _Sums = {}
        values: list[Any] = table.column(ratio.whole + window).to_pylist()
        for group, value in zip(groups, values, strict=True):
            sums[group] = money.add(sums.get(group, Decimal(0)), value)
        found[window] = sums
    return found


def _windows(question: Question, ratio: Ratio) -> Sequence[str]:
    return question.windows if ratio.compared else ("",)


def _with_ratio(question: Question, table: pa.Table, ratio: Ratio, of_all: dict[str, _Sums]) -> pa.Table:
    for window in _windows(question, ratio):
        parts: list[Any] = table.column(ratio.part + window).to_pylist()
        wholes: list[Any] = (
            [of_all[window][group] for group in _groups(question, table)]
            if ratio.of_total
            else table.column(ratio.whole + window).to_pylist()
        )
        made = [money.ratio(part, whole) for part, whole in zip(parts, wholes, strict=True)]
        table = _set(table, ratio.column.name + window, made, ARROW_TYPES[ratio.column.kind])
    return table


def _with_changes(question: Question, table: pa.Table) -> pa.Table:
    ratios = {ratio.column.name: ratio for ratio in question.report.ratios}
    for name in compared_names(question.report):
        kind = next(column.kind for column in question.report.columns if column.name == name)
        if name in ratios:
            ratio = ratios[name]
            needed = [n + w for n in (ratio.part, ratio.whole) for w in ("", "_before")]
            made = [ratio_changes(ratio, row) for row in table.select(needed).to_pylist()]
        else:
            now, before = table.column(name).to_pylist(), table.column(name + "_before").to_pylist()
            made = [changes(*figures) for figures in zip(now, before, strict=True)]
        table = _set(table, name + "_change", [change for change, _rate in made], ARROW_TYPES[kind])
        table = _set(table, name + "_change_rate", [rate for _change, rate in made], pa.decimal128(38, 9))
    return table


def _set(table: pa.Table, name: str, values: list[Any], type_: pa.DataType) -> pa.Table:
    column = pa.array(values, type_)
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)
