"""A whole listing as a CSV or Parquet file, against DuckDB's own COPY of the same query on the same DuckDB file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator

from bench.data import NOW, TODAY, Data, data, scratch
from bench.measure import ROOT, SODU, Line, Run, figures, in_turn, median, run, spread

_OPTIONS = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}
_ROWS_MAX = 1_000_000
_QUERY = """
import sys
from datetime import datetime
from pathlib import Path
from sodu.reports.catalog import BY_SLUG
from sodu.reports.conditions import parse
from sodu.reports.run import question_of
from sodu.reports.scope import Scope
from sodu.reports.sql import listing
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
home, period, now = Home.open(Path(sys.argv[1])), sys.argv[2], datetime.fromisoformat(sys.argv[3])
report = BY_SLUG["revenue-detail"]
conditions = parse(report, {"period": [period]}, now.date())
with open_warehouse(home, Journal(home)) as warehouse:
    question = question_of(report, conditions, Scope.operator(), warehouse, now)
    page = listing.Page(listing.order_of(report, ()), None, None)
    query = listing.rows(report, question.selection, page)
    names = ", ".join(column.name for column in report.columns)
    sql = f"SELECT {names} FROM ({query.sql})"
    for name, parameter in sorted(query.parameters.items(), reverse=True):
        sql = sql.replace(f"${name}", f"'{parameter.value}'::{parameter.type}")
    print(sql)
"""
_COPY = """
import sys, duckdb
query, database, path, options = sys.argv[1:]
engine = duckdb.connect(database, read_only=True)
engine.execute("SET memory_limit = '1GB'; SET threads = 2; SET enable_progress_bar = false").fetchall()
engine.execute(f"COPY ({query}) TO '{path}' ({options})").fetchall()
engine.close()
"""


def csv(charges: int, rounds: int) -> Iterator[Line]:
    """As a CSV file."""
    yield _line("csv", charges, rounds)


def parquet(charges: int, rounds: int) -> Iterator[Line]:
    """As a Parquet file."""
    yield _line("parquet", charges, rounds)


def workbook(charges: int, rounds: int) -> Iterator[Line]:
    """As a workbook, of all columns and straight from the charges: there is no peer, but memory has its bound."""
    made, period = data(charges), _period(charges)
    runs = in_turn({"sodu": lambda: _ours(made, period, "xlsx")}, rounds)
    taken = runs["sodu"]
    yield Line(
        f"workbook of revenue-detail {period}, {charges:,} charges, s of CPU",
        f"{_said(taken)}",
        "–",
        "–",
        {"charges": charges, "runs": figures(runs)},
    )


def _line(format_: str, charges: int, rounds: int) -> Line:
    made, period = data(charges), _period(charges)
    query = _query(made, period)

    def bare() -> Run:
        place = scratch()
        try:
            database = made.home / "warehouse.duckdb"
            return run([sys.executable, "-c", _COPY, query, database, place / f"copy.{format_}", _OPTIONS[format_]])
        finally:
            shutil.rmtree(place)

    runs = in_turn({"sodu": lambda: _ours(made, period, format_), "copy": bare}, rounds)
    ours, copy = (median([each.cpu for each in runs[side]]) for side in ("sodu", "copy"))
    return Line(
        f"{format_} of revenue-detail {period}, {charges:,} charges, s of CPU",
        _said(runs["sodu"]),
        f"COPY {_said(runs['copy'])}",
        f"{ours / copy:.2f} × (target 1.3)",
        {"charges": charges, "runs": figures(runs)},
    )


def _ours(made: Data, period: str, format_: str) -> Run:
    place = scratch()
    try:
        words = ["report", "revenue-detail", "--period", period, "--format", format_]
        return run([*SODU, "--home", made.home, *words, "--output", place / f"ours.{format_}"], SODU_NOW=NOW)
    finally:
        shutil.rmtree(place)


def _period(charges: int) -> str:
    """So much of the sample as is about a million rows: it reaches over three years, and grows."""
    return "2023-01-01..2026-12-31" if charges <= 2 * _ROWS_MAX else f"2026-08-01..{TODAY}"


def _query(made: Data, period: str) -> str:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", _QUERY, str(made.home), period, NOW]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT).stdout


def _said(runs: list[Run]) -> str:
    return f"{spread([each.cpu for each in runs])}; {max(each.peak_mb for each in runs):,.0f} MB"
