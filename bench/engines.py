"""Three questions of a large provider asked of us and of other engines over the same charges, with the same sums."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.data import NOW, once, provider, scratch
from bench.measure import ROOT, Line, median, run, spread

_WHOLE = "whole provider, by month and service"
_BARE = Path(__file__).with_name("bare_pass.c")
_BARE_TIMES_MORE = 2
_FACTS = """
import sys
from pathlib import Path
from bench.engines import facts
facts(Path(sys.argv[1]))
"""


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """A line for each question and engine; the first question also against a bare pass in memory."""
    tenth = {(taken["question"], taken["side"]): taken for taken in _taken(charges // 10, rounds)}
    ours: dict[str, dict[str, Any]] = {}
    for taken in _taken(charges, rounds):
        before = tenth.get((taken["question"], taken["side"]))
        if taken["side"] == "sodu":
            ours[taken["question"]] = taken | {"tenth": before}
            continue
        yield _line(charges, ours[taken["question"]], taken | {"tenth": before})
    yield _bare(charges, rounds, ours[_WHOLE])


def bare(charges: int, rounds: int) -> Iterator[Line]:
    """The first question against a bare pass in memory alone: what is left of it at a size that others take long to load."""
    yield _bare(charges, rounds, _asked(provider(charges), rounds, "alone")[0])


def _taken(charges: int, rounds: int) -> list[dict[str, Any]]:
    home = provider(charges)
    # Before the warehouse is open and locked down, and not in this process, whose memory counts as each other's.
    run([sys.executable, "-c", _FACTS, home])
    return _asked(home, rounds)


def _asked(home: Path, rounds: int, *alone: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.engine_times", str(home), NOW, str(rounds * 3), *alone]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "SODU_MEMORY": "2GB"}
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("an engine failed, or said other sums: see above")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _line(charges: int, ours: dict[str, Any], peer: dict[str, Any]) -> Line:
    if "missing" in peer:
        return Line(
            f"{peer['question']}, {charges:,} charges, ms", _said(ours), f"{peer['side']}: {peer['missing']}", "–"
        )
    ratio = f"{median(ours['ms']) / median(peer['ms']):.2f} ×{_growth(ours, peer)}"
    return Line(
        f"{peer['question']}, {charges:,} charges, ms",
        _said(ours),
        f"{peer['side']} {_said(peer)}{peer['note']}",
        ratio,
        {"ours": ours, "peer": peer},
    )


def _said(taken: dict[str, Any]) -> str:
    return f"{spread(taken['ms'], 1)}; {taken['peak_mb']:,.0f} MB"


def _growth(*sides: dict[str, Any]) -> str:
    """What ten times the charges cost each side."""
    if not all(side["tenth"] and "ms" in side["tenth"] for side in sides):
        return ""
    grown = " and ".join(f"{median(side['ms']) / median(side['tenth']['ms']):.1f} ×" for side in sides)
    return f"; grown from a tenth {grown}"


def _bare(charges: int, rounds: int, ours: dict[str, Any]) -> Line:
    """The least that a machine takes for it: the columns lie in memory and are summed, nothing else."""
    place = scratch()
    program = place / "bare"
    subprocess.run(["gcc", "-O3", "-march=native", "-pthread", _BARE, "-o", program], check=True)
    done = subprocess.run([program, str(charges), str(rounds * 3)], check=True, capture_output=True, text=True)
    milliseconds = [float(word) * 1_000 for word in done.stdout.split()]
    ratio = median(ours["ms"]) / median(milliseconds)
    rows = median(ours["rows_ms"]) / median(milliseconds)
    verdict = "kept" if rows <= _BARE_TIMES_MORE else "MISSED"
    return Line(
        f"{ours['question']}, {charges:,} charges, ms",
        f"{_said(ours)}; the rows alone {spread(ours['rows_ms'], 1)}",
        f"a bare pass in C over the same columns in memory {spread(milliseconds, 1)}",
        f"{ratio:.2f} × with totals and checks, rows alone {rows:.2f} × (target {_BARE_TIMES_MORE} ×: {verdict})",
        {"ours": ours, "bare_ms": milliseconds},
    )


def facts(home: Path) -> Path:
    """The charges of a home as Parquet, a file a month, in their order on disk: what the others are given."""
    place = home.with_name(f"{home.name}-facts")
    once(place, lambda path: _write_facts(home, path))
    return place


def _write_facts(home: Path, place: Path) -> None:
    import duckdb

    place.mkdir()
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("SET enable_progress_bar = false; SET memory_limit = '2GB'").fetchall()
        months = connection.execute("SELECT DISTINCT month FROM charges ORDER BY month").fetchall()
        for (month,) in months:
            connection.execute(
                f"COPY (SELECT month, day, partner, account, own, service, currency, list_amount, partner_amount, "
                f"customer_amount, tax_amount FROM charges WHERE month = {month} ORDER BY partner, day) "
                f"TO '{place}/{month}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            ).fetchall()
