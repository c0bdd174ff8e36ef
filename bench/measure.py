"""Whole processes, timed in turn: seconds, processor time, memory, and the time to the first bytes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SODU = (sys.executable, "-m", "sodu.entrances.commands.main")


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    cpu: float
    peak_mb: float
    first_bytes: float | None = None
    """Seconds until it wrote anything to its standard output."""


@dataclass(frozen=True)
class Line:
    """One line of the answer: what was measured, ours and the other's, and how they compare."""

    measure: str
    ours: str
    peer: str
    ratio: str
    """With its target where there is one."""
    figures: dict[str, Any] = field(default_factory=dict)
    """Everything that was measured, for the JSON file."""


def run(command: Sequence[str | Path], **environ: str) -> Run:
    """Run a process to its end; raises where it fails, with what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SODU_MEMORY": "1GB", **environ}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=errors, env=environment, cwd=ROOT
        )
        first = _drain(process, start)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise SystemExit(f"{command} ended with {process.returncode}: {errors.read().decode()[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, first)


def in_turn(sides: dict[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Each side once a round, so that what else the machine does falls on all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in sides}
    for _round in range(rounds):
        for name, side in sides.items():
            runs[name].append(side())
    return runs


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and between what the values lie."""
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def figures(runs: dict[str, list[Run]]) -> dict[str, Any]:
    """All runs as JSON values."""
    return {name: [asdict(each) for each in taken] for name, taken in runs.items()}


def _drain(process: subprocess.Popen[bytes], start: float) -> float | None:
    first = None
    assert process.stdout is not None
    while process.stdout.read1(1 << 20):
        first = first or time.perf_counter() - start
    process.stdout.close()
    return first
