"""Charges that came in 1,000 loads against the same in one: what many small batches cost each report."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.data import NOW, Data, data, once
from bench.measure import ROOT, SODU, Line, median, run, spread

_LOADS = 1_000
_TIMES_MORE = 1.2

_SPLIT = """
import sys
import duckdb
sample, place, loads = sys.argv[1:]
engine = duckdb.connect()
engine.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'").fetchall()
engine.execute(f"CREATE TABLE charge AS SELECT *, (row_number() OVER (ORDER BY occurred_at, charge_id) - 1) * {loads} "
    f"// count(*) OVER () AS load FROM read_parquet('{sample}/charges-*.parquet')").fetchall()
for load in range(int(loads)):
    engine.execute(f"COPY (SELECT * EXCLUDE load FROM charge WHERE load = {load}) "
        f"TO '{place}/charges-{load:05}.parquet' (FORMAT parquet)").fetchall()
"""
_TIMES = """
import json, sys, time
from datetime import datetime
from bench.anew import anew
from sodu.reports.catalog import REPORTS
from sodu.reports.conditions import parse
from sodu.reports.report import Shape
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
one, many, now_text, rounds = sys.argv[1:]
now = datetime.fromisoformat(now_text)
homes = {name: Home.open(path) for name, path in (("one", one), ("many", many))}
with open_warehouse(homes["one"], Journal(homes["one"])) as a, open_warehouse(homes["many"], Journal(homes["many"])) as b:
    for report in (report for report in REPORTS if report.fact == "charges"):
        for reader, scope in (("provider", Scope.operator()), ("one partner", Scope.partner("partner-03"))):
            words = {"period": ["2026"], **({"limit": ["100"]} if report.shape is Shape.LISTING else {})}
            times, cpu, said = {"one": [], "many": []}, {"one": [], "many": []}, {}
            for _round in range(int(rounds)):
                for name, warehouse in (("one", a), ("many", b)):
                    anew(warehouse.engine)
                    start, began = time.perf_counter(), time.process_time()
                    table = run(report, parse(report, words, now.date()), scope, warehouse, now)
                    said[name] = [row for batch in table.batches for row in batch.to_pylist()], table.totals
                    times[name].append((time.perf_counter() - start) * 1_000)
                    cpu[name].append((time.process_time() - began) * 1_000)
            assert said["one"] == said["many"], (report.slug, reader)
            print(json.dumps({"report": report.slug, "reader": reader, "ms": times, "cpu": cpu}), flush=True)
"""


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """A line for each report of charges and reader, whose answers are the same from both."""
    made = data(charges, with_home=False)
    homes = [_home(made, "loaded-once", 1), _home(made, f"loaded-{_LOADS}-times", _LOADS)]
    command = [sys.executable, "-c", _TIMES, *map(str, homes), NOW, str(rounds * 5)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for taken in map(json.loads, process.stdout or ()):
            times, cpu = taken["ms"], taken["cpu"]
            more = median(times["many"]) / median(times["one"])
            yield Line(
                f"{taken['report']}, {taken['reader']}, {charges:,} charges in {_LOADS:,} loads, ms",
                f"{spread(times['many'], 1)}; CPU {median(cpu['many']):,.1f}",
                f"in one load {spread(times['one'], 1)}; CPU {median(cpu['one']):,.1f}",
                f"{more:.2f} ×, CPU {median(cpu['many']) / median(cpu['one']):.2f} × "
                f"(target {_TIMES_MORE} ×: {'kept' if more <= _TIMES_MORE else 'MISSED'})",
                taken,
            )
    if process.returncode:
        raise SystemExit("the two homes answer otherwise, or one failed: see above")


def _home(made: Data, name: str, loads: int) -> Path:
    """A home with the charges in so many batches, as many small loads leave them."""
    home = made.folder / name
    once(home, lambda path: _load(made, path, loads))
    return home


def _load(made: Data, home: Path, loads: int) -> None:
    split = home.with_name(f"{home.name}-files")
    shutil.rmtree(split, ignore_errors=True)
    split.mkdir()
    run([sys.executable, "-c", _SPLIT, made.sample, split, str(loads)])
    shutil.copytree(made.described, home)
    run([*SODU, "--home", home, "load", split], SODU_NOW=NOW)
    shutil.rmtree(split)
