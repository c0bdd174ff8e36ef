"""`python -m bench [measure …] [--charges N] [--json FILE]`: measure, compare, print a Markdown table."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import engines, excel, files, invent, load, pages, reports, small_loads, start, superset
from bench.measure import ROOT, Line

MEASURES = {
    "invent": invent.lines,
    "load": load.lines,
    "reports": reports.lines,
    "many-accounts": reports.many_accounts,
    "engines": engines.lines,
    "bare-pass": engines.bare,
    "small-loads": small_loads.lines,
    "excel": excel.lines,
    "writers": excel.more,
    "workbook": files.workbook,
    "csv": files.csv,
    "parquet": files.parquet,
    "start": start.lines,
    "pages": pages.lines,
    "superset": superset.lines,
}
"""Each gives lines for a number of charges and of rounds."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="measure", help=f"{', '.join(MEASURES)}; all unless said")
    parser.add_argument("--charges", type=int, default=1_000_000, metavar="N", help="1000000 unless said")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each side; 3 unless said")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to this file")
    options = parser.parse_args()
    unknown = [name for name in options.measures if name not in MEASURES]
    if unknown:
        parser.error(f"there is no measure {unknown[0]}; there are {', '.join(MEASURES)}")
    sys.path.insert(0, str(ROOT / "src"))
    about = _about(options.charges, options.rounds)
    print(
        f"{about['machine']}\n\n{about['versions']}\n\n| measure | ours | the other | ratio |\n|---|---|---|---|",
        flush=True,
    )
    lines: list[Line] = []
    for name in options.measures or MEASURES:
        for line in MEASURES[name](options.charges, options.rounds):
            lines.append(line)
            print(f"| {line.measure} | {line.ours} | {line.peer} | {line.ratio} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps({**about, "lines": [asdict(line) for line in lines]}, indent=1) + "\n")


def _about(charges: int, rounds: int) -> dict[str, str | int]:
    cpu = next(
        (line.partition(":")[2].strip() for line in _text("/proc/cpuinfo").splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = _text("/proc/meminfo").partition("MemTotal:")[2].split()[:1]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "charges": charges,
        "rounds": rounds,
        "machine": f"{cpu or platform.machine()}, {_cores()} cores, {int(memory[0]) // 1024**2 if memory else '?'} GiB, "
        f"{platform.system()} {platform.release()}",
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "isal", "XlsxWriter")),
    }


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0))


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
