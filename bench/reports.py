"""The eight reports of a warm process, against SQL written by hand on the same DuckDB file, with the same answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.data import NOW, TODAY, provider
from bench.measure import ROOT, Line, median, spread

_TIMES_MORE = 1.3
_MILLISECONDS_MORE = 10
_ACCOUNTS, _ACCOUNTS_SEEN = 30_000, 10_000


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """One line for each report and reader; for listings, one more for a page deep inside."""
    return _lines(provider(charges), charges, rounds)


def many_accounts(charges: int, rounds: int) -> Iterator[Line]:
    """The same for one who may see ten thousand accounts, beside one who may see all."""
    return _lines(provider(charges, _ACCOUNTS), charges, rounds, str(_ACCOUNTS_SEEN))


def _lines(home: Path, charges: int, rounds: int, *some: str) -> Iterator[Line]:
    command = [sys.executable, "-m", "bench.report_times", str(home), f"{TODAY:%Y}", NOW, str(rounds * 3), *some]
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        first: dict[str, float] = {}
        for taken in map(json.loads, process.stdout or ()):
            yield _line(taken, charges, first)
    if process.returncode:
        raise SystemExit("the two sides differ, or one failed: see above")


def _line(taken: dict[str, Any], charges: int, first: dict[str, float]) -> Line:
    ours, hand = median(taken["ours"]), median(taken["by_hand"])
    asked = f"{taken['report']}, {taken['reader']}"
    verdict = "kept" if ours <= hand * _TIMES_MORE + _MILLISECONDS_MORE else "MISSED"
    cpu = median(taken["ours_cpu"]) / median(taken["by_hand_cpu"])
    ratio = f"{ours / hand:.2f} ×, {ours - hand:+.1f} ms, CPU {cpu:.2f} × (target 1.3 × + 10 ms: {verdict})"
    if taken["page"] == "deep":
        ratio += f"; {ours / first[asked]:.1f} × the first page (target 3)"
    first.setdefault(asked, ours)
    return Line(
        f"{asked}, {taken['page']} page, {charges:,} charges, ms",
        f"{spread(taken['ours'], 1)}; CPU {median(taken['ours_cpu']):,.1f}; beyond the engine {median(taken['beyond']):,.1f}",
        f"by hand {spread(taken['by_hand'], 1)}; CPU {median(taken['by_hand_cpu']):,.1f}",
        ratio,
        taken,
    )
