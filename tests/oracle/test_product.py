"""The product and the oracle agree to the last digit, on random ledgers and random questions."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.in_process import InProcess
from tests.oracle.compare import Run, compare_seed

SEEDS = int(os.environ.get("SODU_ORACLE_SEEDS", "6"))
QUESTIONS = int(os.environ.get("SODU_ORACLE_QUESTIONS", "60"))
LEDGER_ROWS = 100


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_no_answer_differs(seed: int, tmp_path: Path) -> None:
    made: list[InProcess] = []

    def make_product(home: Path, now: datetime) -> InProcess:
        home.parent.mkdir(parents=True, exist_ok=True)
        made.append(InProcess(home, now))
        return made[-1]

    try:
        assert compare_seed(Run(QUESTIONS, LEDGER_ROWS, None, tmp_path, make_product), seed) == []
    finally:
        for product in made:
            product.close()
