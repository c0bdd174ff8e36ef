"""Ask DuckDB, a cluster and the oracle the same: python -m tests.oracle.three_ways --seeds 1..20 --questions 100."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sodu.warehouse.cluster_address import cluster_address
from tests.in_process import InProcess
from tools.nodes import Nodes

from .compare import Run, compare_seed
from .product import ProductError

SIZE = 30
_NUMBERS = itertools.count(1)


class BothEngines:
    """The product over one record and two warehouses, which must give the same bytes."""

    def __init__(self, nodes: Nodes, home: Path, now: datetime) -> None:
        self._file = InProcess(home, now)
        settings = self._file.home.settings
        address = cluster_address(nodes.address(f"oracle{next(_NUMBERS)}"))
        self._cluster = InProcess(home, now, replace(settings, cluster=address))

    def load(self, folder: Path) -> int:
        """Load a folder; the journal number after it."""
        self._cluster.close()
        return self._file.load(folder)

    def report(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> dict[str, Any]:
        """The answer that both give, its SHA-256 in it."""
        own, cluster = (product.report(slug, conditions, journal) for product in (self._file, self._cluster))
        differing = [name for name in own if own[name] != cluster.get(name)]
        if differing or own.keys() != cluster.keys():
            raise ProductError(f"DuckDB and ClickHouse differ in {', '.join(differing)}")
        return own

    def repeat(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> str:
        """What was asked."""
        return self._file.repeat(slug, conditions, journal)

    def close(self) -> None:
        """Give both back."""
        self._file.close()
        self._cluster.close()


def differences(nodes: Nodes, work: Path, seed: int, questions: int, size: int = SIZE) -> list[str]:
    """What any of the three says otherwise about the ledger of a seed."""
    made: list[BothEngines] = []

    def product(home: Path, now: datetime) -> BothEngines:
        made.append(BothEngines(nodes, home, now))
        return made[-1]

    try:
        return compare_seed(Run(questions, size, None, work, product), seed)
    finally:
        for each in made:
            each.close()


def main(words: Sequence[str] | None = None) -> int:
    """Compare what the arguments say; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.three_ways", description=__doc__)
    parser.add_argument("--seeds", default="1..20", help="one, or first..last")
    parser.add_argument("--questions", type=int, default=100, help="how many for each seed")
    parser.add_argument("--size", type=int, default=SIZE, help="entries, and as many charges")
    options = parser.parse_args(words)
    first, _dots, last = options.seeds.partition("..")
    failed = 0
    with tempfile.TemporaryDirectory() as work, Nodes(Path(work) / "nodes") as nodes:
        for seed in range(int(first), int(last or first) + 1):
            found = differences(nodes, Path(work), seed, options.questions, options.size)
            print(f"seed {seed}: {len(found)} differences in {options.questions} questions", flush=True)
            print(*found, sep="\n\n", end="\n\n" if found else "", flush=True)
            failed += len(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
