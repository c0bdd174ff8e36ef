"""Making the sample provider's files: charges a second, with the credit entries that go with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from bench.data import scratch, write_sample
from bench.measure import Line, Run, figures, in_turn, spread


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """There is nothing to compare it with: a target alone."""

    def ours() -> Run:
        place = scratch()
        try:
            return write_sample(place, charges)
        finally:
            shutil.rmtree(place)

    taken = in_turn({"sodu": ours}, rounds)
    rates = [charges / each.seconds for each in taken["sodu"]]
    most = max(each.peak_mb for each in taken["sodu"])
    cpu = spread([each.cpu for each in taken["sodu"]], 1)
    yield Line(
        f"invent {charges:,} charges, a second",
        f"{spread(rates, 0)}; {cpu} s of CPU; {most:,.0f} MB",
        "–",
        "target 300,000/s",
        {"charges": charges, "runs": figures(taken)},
    )
