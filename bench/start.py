"""What starting costs: the help, and one small question, in processor time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.data import NOW, data
from bench.measure import SODU, Line, Run, figures, in_turn, run, spread

_SMALL = 2_000


def lines(_charges: int, rounds: int) -> Iterator[Line]:
    """Of a small home, whatever the size of the others."""
    made = data(_SMALL)
    commands = {
        "sodu --help": ([*SODU, "--help"], 0.3),
        "sodu report credit-total --format json, 2,000 charges": (
            [*SODU, "--home", made.home, "report", "credit-total", "--period", "2026-10", "--format", "json"],
            1.0,
        ),
    }
    for name, (command, target) in commands.items():

        def ours(command=command) -> Run:
            return run(command, SODU_NOW=NOW)

        def bare() -> Run:
            return run([sys.executable, "-c", "pass"])

        runs = in_turn({"sodu": ours, "python": bare}, rounds * 3)
        cpu = {side: [each.cpu for each in taken] for side, taken in runs.items()}
        yield Line(
            name,
            f"{spread(cpu['sodu'])} s of CPU",
            f"Python alone {spread(cpu['python'])}",
            f"target {target} s",
            {"runs": figures(runs)},
        )
