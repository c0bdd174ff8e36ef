"""Loading one file of N charges, CSV and Parquet, against DuckDB's bare ingest of the same file with declared types."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.data import NOW, Data, data, scratch
from bench.measure import SODU, Line, Run, figures, in_turn, median, run, spread

_BARE = """
import sys, duckdb
path, database = sys.argv[1:]
types = {"list_amount": "DECIMAL(38,12)", "partner_amount": "DECIMAL(38,12)", "customer_amount": "DECIMAL(38,12)",
    "tax_amount": "DECIMAL(38,12)", "quantity": "DECIMAL(38,15)", "partner_discount_rate": "DECIMAL(10,9)",
    "customer_discount_rate": "DECIMAL(10,9)", "occurred_at": "TIMESTAMPTZ", "service_from": "TIMESTAMPTZ",
    "service_to": "TIMESTAMPTZ"}
engine = duckdb.connect(database)
engine.execute("SET memory_limit = '1GB'; SET threads = 2; SET enable_progress_bar = false").fetchall()
if path.endswith(".parquet"):
    typed = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in types.items())
    rows = f"SELECT * REPLACE ({typed}) FROM read_parquet('{path}')"
else:
    header = open(path, encoding="utf-8").readline().strip().split(",")
    columns = ", ".join(f"'{name}': '{types.get(name, 'VARCHAR')}'" for name in header)
    rows = f"FROM read_csv('{path}', header = true, delim = ',', quote = '\\"', escape = '\\"', " + (
        f"auto_detect = false, columns = {{{columns}}})")
engine.execute(f"CREATE TABLE charges AS {rows}").fetchall()
engine.close()
"""


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """Rows a second and peak memory, at a tenth of the size too, to show how both grow."""
    for size in sorted({max(charges // 10, 1_000), charges}):
        made = data(size, with_home=False, with_csv=True, with_parquet=True)
        yield _line(made, made.csv, rounds)
        yield _line(made, made.parquet, rounds)


def _line(made: Data, file: Path, rounds: int) -> Line:
    charges, form = made.charges, {".csv": "CSV", ".parquet": "Parquet"}[file.suffix]

    def ours() -> Run:
        place = scratch()
        try:
            shutil.copytree(made.described, place / "home")
            return run([*SODU, "--home", place / "home", "load", file], SODU_NOW=NOW)
        finally:
            shutil.rmtree(place)

    def bare() -> Run:
        place = scratch()
        try:
            return run([sys.executable, "-c", _BARE, file, place / "bare.duckdb"])
        finally:
            shutil.rmtree(place)

    runs = in_turn({"sodu": ours, "bare": bare}, rounds)
    rates = {side: [charges / each.seconds for each in taken] for side, taken in runs.items()}
    memory = {side: max(each.peak_mb for each in taken) for side, taken in runs.items()}
    cpu = " to ".join(f"{median(each.cpu for each in taken):.1f}" for taken in runs.values())
    slower = median(rates["bare"]) / median(rates["sodu"])
    return Line(
        f"load {charges:,} charges of {form}, a second",
        f"{spread(rates['sodu'], 0)}; {memory['sodu']:,.0f} MB",
        f"bare DuckDB {spread(rates['bare'], 0)}; {memory['bare']:,.0f} MB",
        f"{slower:.1f} × its time, {cpu} s of CPU (target 2 ×, 250,000/s of CSV, 1,500 MB)",
        {"charges": charges, "runs": figures(runs)},
    )
