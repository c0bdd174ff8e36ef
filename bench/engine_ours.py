"""Our own side of the measure `engines`: a report as anyone asks for it, and what each answer is compared by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bench.anew import anew
from bench.asked import AMOUNTS, Asked
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import question_of, run
from sodu.reports.scope import Scope
from sodu.reports.sql import grouped
from sodu.warehouse.engine import Query
from sodu.warehouse.opening import Warehouse

Sums = dict[tuple[Any, ...], tuple[Any, ...]]
"""By month, id and currency."""


@dataclass(frozen=True)
class Ours:
    """Rows with names and ratios, totals and checks."""

    warehouse: Warehouse
    now: datetime

    def ask(self, asked: Asked) -> Sums:
        """The whole answer, as sums by its keys."""
        anew(self.warehouse.engine)
        table = run(report_of(asked.slug), *self._reading(asked))
        rows = [row for batch in table.batches for row in batch.to_pylist()]
        return {
            (row.get("month"), row[f"{asked.key}_id"], row["currency"]): tuple(row[name] for name in AMOUNTS)
            for row in rows
        }

    def rows_alone(self, asked: Asked) -> None:
        """What the engine takes for the rows."""
        anew(self.warehouse.engine)
        question = question_of(report_of(asked.slug), *self._reading(asked))
        self.warehouse.engine.rows(grouped.rows(question.report, question.selection, asked.by))

    def _reading(self, asked: Asked) -> tuple[Any, ...]:
        words = {"period": [asked.period], **({"by": [asked.by]} if asked.by else {})}
        scope = Scope.partner(asked.partner) if asked.partner else Scope.operator()
        return parse(report_of(asked.slug), words, self.now.date()), scope, self.warehouse, self.now


class Names:
    """Ids of an engine's small numbers, which those who ask it by hand know alone."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._ids: dict[str, dict[int, str]] = {}
        for kind, id_ in (("partner", "partner_id"), ("account", "account_id"), ("service", "service_id")):
            rows = warehouse.engine.rows(Query(f"SELECT {kind} AS key, {id_} AS id FROM {kind}_keys"))
            self._ids[kind] = {row["key"]: row["id"] for row in rows}
        rows = warehouse.engine.rows(Query("SELECT currency AS key, code AS id FROM currency_keys"))
        self._ids["currency"] = {row["key"]: row["id"] for row in rows}

    def partner(self, asked: Asked) -> int | None:
        """The number of the partner that is asked about."""
        return next((key for key, id_ in self._ids["partner"].items() if id_ == asked.partner), None)

    def named(self, asked: Asked, rows: list[list[Any]]) -> Sums:
        """Rows of month, key, currency and sums, by ids."""
        return {
            (
                f"{int(month) // 100}-{int(month) % 100:02}" if month else None,
                self._ids[asked.key][int(key)],
                self._ids["currency"][int(currency)],
            ): tuple(sums)
            for month, key, currency, *sums in rows
        }


def same(who: str, asked: Asked, theirs: Sums, ours: Sums) -> None:
    """Another has said the same, to the last digit; raises where not. Where it does not count accounts it says None."""
    if set(theirs) != set(ours):
        raise SystemExit(f"{who}, {asked.name}: {len(theirs)} rows, ours {len(ours)}")
    for key, mine in ours.items():
        for name, own, other in zip(AMOUNTS, mine, theirs[key], strict=True):
            if other is not None and Decimal(str(other)) != Decimal(own):
                raise SystemExit(f"{who}, {asked.name}, {key}: {name} is {other}, ours {own}")
