"""Sums that are kept give the answers that the facts give: over random ledgers, questions, withdrawals and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sodu.values.errors import Refused
from sodu.warehouse import compact
from sodu.warehouse.engine import Engine
from sodu.warehouse.journal import Journal
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.withdraw import withdraw
from tests.in_process import InProcess, in_process
from tests.oracle.random_ledger import make, now_of, write_batch
from tests.oracle.random_questions import questions
from tests.warehouse.world import size

SIZE = 80
TIMES = ("2026-Q4", "2026-10-05..2026-11-17")
MORE: tuple[dict[str, object], ...] = (
    {"by": "month"},
    {"by": "week"},
    {"compare": "previous"},
    {"compare": "2026-09-03..2026-09-20"},
)
"""What random questions seldom are, of every report that sums."""


@pytest.mark.parametrize("seed", range(1, 1 + size("SODU_ROLLUP_SEEDS", 2)))
def test_answers_are_those_of_the_facts(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact, "COMPACT_FRAGMENTS_MAX", 2)
    batches, now = make(seed, SIZE), now_of(seed)
    with in_process(tmp_path / "home", now) as product:
        numbers = []
        for number, batch in enumerate(batches, 1):
            write_batch(batch, tmp_path / f"{number}", seed * 100 + number)
            numbers.append(product.load(tmp_path / f"{number}"))
            product.warehouse()
        asked: list[tuple[str, dict[str, object]]] = questions(seed, size("SODU_ROLLUP_QUESTIONS", 40), batches, now)
        asked += [
            (slug, {"period": period, **more})
            for slug in ("revenue-by-service", "revenue-by-account", "credit-total")
            for period in TIMES
            for more in MORE
        ]
        _compare(product, asked, numbers)
        if _withdraw_what_may_go(product):
            _compare(product, asked, numbers)


def _compare(product: InProcess, asked: list[tuple[str, dict[str, object]]], numbers: list[int]) -> None:
    for slug, conditions in asked:
        words = {name: value for name, value in conditions.items() if name != "as_known_at"}
        count = conditions.get("as_known_at")
        journal = numbers[count - 1] if isinstance(count, int) else None
        kept = product.report(slug, words, journal)
        with _without_rollups(product.warehouse().engine):
            summed = product.report(slug, words, journal)
        assert kept == summed, product.repeat(slug, words, journal)


@contextmanager
def _without_rollups(engine: Any) -> Iterator[Engine]:
    engine.rollups = False
    try:
        yield engine
    finally:
        del engine.rollups


def _withdraw_what_may_go(product: InProcess) -> int:
    gone = 0
    for row in Journal(product.home).batches():
        if row.table in ROLLUPS:
            product.close()
            try:
                withdraw(product.home, row.seq, "test", product.now)
            except Refused:
                continue
            gone += 1
    return gone
