"""Run by the measure `engines`: asks each question of every engine in turn, and prints a JSON line for each pair."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.anew import anew
from bench.engine_sides import AMOUNTS, Asked, Missing, Side, sides_of
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import question_of, run
from sodu.reports.scope import Scope
from sodu.reports.sql import grouped
from sodu.warehouse.engine import Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import Warehouse, open_warehouse

QUESTIONS = (
    Asked("whole provider, by month and service", "revenue-by-service", "2024-01-01..2026-10-31", by="month"),
    Asked("largest partner, year, by service", "revenue-by-service", "2026", partner="partner-01"),
    Asked("one partner, year, by account", "revenue-by-account", "2026", partner="partner-30"),
)

Sums = dict[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class Ours:
    """A report as anyone asks for it: rows with names and ratios, totals and checks."""

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


def main() -> None:
    """Ask and print."""
    path, now_text, rounds = sys.argv[1:]
    home = Home.open(path)
    with ExitStack() as stack:
        warehouse = stack.enter_context(open_warehouse(home, Journal(home)))
        ours = Ours(warehouse, datetime.fromisoformat(now_text))
        names = _Names(warehouse)
        sides = [stack.enter_context(side) for side in sides_of(warehouse.engine, Path(path))]
        for asked in QUESTIONS:
            for line in _asked(asked, ours, sides, names, int(rounds)):
                print(json.dumps(line), flush=True)


def _asked(
    asked: Asked, ours: Ours, sides: list[Side | Missing], names: _Names, rounds: int
) -> Iterator[dict[str, Any]]:
    expected = ours.ask(asked)
    times: dict[str, list[float]] = {side.name: [] for side in sides} | {"sodu": [], "rows": []}
    given = names.keys(asked)
    there = [side for side in sides if isinstance(side, Side)]
    for side in there:
        _same(side, asked, names.named(asked, side.ask(asked, given)), expected)
    for _round in range(rounds):
        times["sodu"].append(_milliseconds(lambda: ours.ask(asked)))
        times["rows"].append(_milliseconds(lambda: ours.rows_alone(asked)))
        for side in there:
            # A side in a process of its own tells how long it took, without the way to it.
            times[side.name].append(side.milliseconds(asked, given))
    yield {
        "question": asked.name,
        "side": "sodu",
        "ms": times["sodu"],
        "rows_ms": times["rows"],
        "peak_mb": _own_peak(),
    }
    for side in sides:
        line: dict[str, Any] = {"question": asked.name, "side": side.name}
        if isinstance(side, Missing):
            yield line | {"missing": side.why}
        else:
            yield line | {"ms": times[side.name], "peak_mb": side.peak_mb(), "note": side.note}


class _Names:
    """Ids of the engine's small numbers, which the others know alone."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._ids: dict[str, dict[int, str]] = {}
        for kind, id_ in (("partner", "partner_id"), ("account", "account_id"), ("service", "service_id")):
            rows = warehouse.engine.rows(Query(f"SELECT {kind} AS key, {id_} AS id FROM {kind}_keys"))
            self._ids[kind] = {row["key"]: row["id"] for row in rows}
        rows = warehouse.engine.rows(Query("SELECT currency AS key, code AS id FROM currency_keys"))
        self._ids["currency"] = {row["key"]: row["id"] for row in rows}

    def keys(self, asked: Asked) -> int | None:
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


def _same(side: Side, asked: Asked, theirs: Sums, ours: Sums) -> None:
    """The peer has said the same, to the last digit; raises where not. Where it does not count accounts it says None."""
    if set(theirs) != set(ours):
        raise SystemExit(f"{side.name}, {asked.name}: {len(theirs)} rows, ours {len(ours)}")
    for key, mine in ours.items():
        for name, own, other in zip(AMOUNTS, mine, theirs[key], strict=True):
            if other is not None and Decimal(str(other)) != Decimal(own):
                raise SystemExit(f"{side.name}, {asked.name}, {key}: {name} is {other}, ours {own}")


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1_000


def _own_peak() -> float:
    return peak_mb("self")


def peak_mb(process: int | str) -> float:
    """The most memory that a process has had, of its own and shared."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
