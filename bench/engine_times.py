"""Run by the measure `engines`: asks each question of every engine in turn, and prints a JSON line for each pair."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.asked import Asked
from bench.engine_cluster import cluster_sides
from bench.engine_ours import Names, Ours, same
from bench.engine_sides import Missing, Side, milliseconds, peak_mb, sides_of
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse

QUESTIONS = (
    Asked("whole provider, by month and service", "revenue-by-service", "2024-01-01..2026-10-31", by="month"),
    Asked("largest partner, year, by service", "revenue-by-service", "2026", partner="partner-01"),
    Asked("one partner, year, by account", "revenue-by-account", "2026", partner="partner-30"),
)


def main() -> None:
    """Ask all sides, or us `alone`, and print."""
    path, now_text, rounds, *alone = sys.argv[1:]
    home = Home.open(path)
    with ExitStack() as stack:
        warehouse = stack.enter_context(open_warehouse(home, Journal(home)))
        now = datetime.fromisoformat(now_text)
        ours = Ours(warehouse, now)
        found: list[Side | Missing] = []
        if not alone:
            found = [*sides_of(warehouse.engine, Names(warehouse), Path(path)), *cluster_sides(home, now)]
        sides = [stack.enter_context(side) for side in found]
        for asked in QUESTIONS:
            for line in _asked(asked, ours, sides, int(rounds)):
                print(json.dumps(line), flush=True)


def _asked(asked: Asked, ours: Ours, sides: list[Side | Missing], rounds: int) -> Iterator[dict[str, Any]]:
    expected = ours.ask(asked)
    times: dict[str, list[float]] = {side.name: [] for side in sides} | {"sodu": [], "rows": []}
    there = [side for side in sides if isinstance(side, Side)]
    for side in there:
        same(side.name, asked, side.sums(asked), expected)
    for _round in range(rounds):
        times["sodu"].append(milliseconds(lambda: ours.ask(asked)))
        times["rows"].append(milliseconds(lambda: ours.rows_alone(asked)))
        for side in there:
            times[side.name].append(side.milliseconds(asked))
    yield {
        "question": asked.name,
        "side": "sodu",
        "ms": times["sodu"],
        "rows_ms": times["rows"],
        "peak_mb": peak_mb(os.getpid()),
    }
    for side in sides:
        line: dict[str, Any] = {"question": asked.name, "side": side.name}
        if isinstance(side, Missing):
            yield line | {"missing": side.why}
        else:
            yield line | {"ms": times[side.name], "peak_mb": side.peak_mb(), "note": side.note}


if __name__ == "__main__":
    main()
