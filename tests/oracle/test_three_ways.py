"""DuckDB, a cluster of three nodes and the oracle agree, exactly, on 2,000 random reports about random ledgers."""

from pathlib import Path

import pytest

from tests.oracle.three_ways import differences
from tests.warehouse.world import size
from tools.nodes import Nodes

SEEDS = range(101, 101 + size("SODU_THREE_WAY_SEEDS", 10))
QUESTIONS = 200


@pytest.mark.parametrize("seed", SEEDS)
def test_all_three_agree(seed: int, nodes: Nodes, tmp_path: Path) -> None:
    assert differences(nodes, tmp_path, seed, QUESTIONS) == []
