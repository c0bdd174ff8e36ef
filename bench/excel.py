"""A workbook of 12 columns from rows in Arrow: ours, the bare least of it, and the writers that there are.

All sides read the same file of record batches, as an engine hands them over, each in a process of its own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.data import data, once, scratch
from bench.measure import ROOT, Line, Run, figures, in_turn, median, run, spread
from bench.peers import PEERS

_ROWS = 1_000_000
_FEWER_ROWS = 200_000
_BATCH_ROWS = 32_768
_OTHERS = {"openpyxl": "openpyxl", "polars": "polars", "jetxl": "jetxl", "rustpy": "rustpy-xlsxwriter"}
"""Modules of `bench.writers`, and the package that each one measures."""

_SHOWN = """
SELECT c.occurred_at::TIMESTAMPTZ::TIMESTAMP AS occurred_at, c.account_id, a.name AS account_name, a.account_type,
    s.name AS service_name, c.description, c.quantity::DECIMAL(38,15) AS quantity, c.list_amount AS list,
    c.customer_amount AS sales, c.partner_amount AS cost, c.currency, c.charge_id
FROM read_parquet('{sample}/charges-*.parquet') c
JOIN (SELECT DISTINCT ON (account_id) * FROM '{sample}/accounts.parquet') a USING (account_id)
JOIN '{sample}/services.parquet' s USING (service_id)
LIMIT {rows}
"""
_ARROW = """
import sys, duckdb, pyarrow as pa
query, path, rows = sys.argv[1:]
engine = duckdb.connect()
engine.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'").fetchall()
with engine.sql(query).to_arrow_reader(int(rows)) as reader, pa.ipc.new_stream(path, reader.schema) as out:
    for batch in reader:
        out.write_batch(batch)
"""


def lines(_charges: int, rounds: int) -> Iterator[Line]:
    """Processor time, memory and the time to the first bytes, whatever the size of the others."""
    with_rounds = {"sodu": rounds, "bare": rounds, "xlsxwriter": 1}
    runs = _measured(_rows(_ROWS), with_rounds)
    ours, bare, peer = (median([each.cpu for each in runs[side]]) for side in ("sodu", "bare", "xlsxwriter"))
    first = [each.first_bytes or each.seconds for each in runs["sodu"]]
    yield Line(
        f"workbook of {_ROWS:,} × 12, s of CPU",
        f"{_said(runs['sodu'])}; first bytes after {spread(first)} s",
        f"bare {_said(runs['bare'])}; XlsxWriter {_said(runs['xlsxwriter'])}",
        f"{ours / bare:.2f} × bare (target 1.4), 1/{peer / ours:.0f} of XlsxWriter (target 1/30; 250 MB, 0.5 s)",
        {"runs": figures(runs)},
    )


def more(_charges: int, rounds: int) -> Iterator[Line]:
    """Ten times the rows, for the memory and the further sheets; then other writers, of fewer rows."""
    runs = _measured(_rows(10 * _ROWS), {"sodu": 1})
    yield Line(f"workbook of {10 * _ROWS:,} × 12, s of CPU", _said(runs["sodu"]), "–", "target 250 MB", figures(runs))
    able = [name for name, package in _OTHERS.items() if not PEERS.peer(package).missing]
    runs = _measured(_rows(_FEWER_ROWS), {"sodu": rounds} | dict.fromkeys(["xlsxwriter", *able], 1))
    ours = median([each.cpu for each in runs["sodu"]])
    for name, package in {"xlsxwriter": "XlsxWriter", **_OTHERS}.items():
        taken = runs.get(name, [])
        yield Line(
            f"workbook of {_FEWER_ROWS:,} × 12, s of CPU",
            _said(runs["sodu"]),
            f"{PEERS.peer(package)}" + (f" {_said(taken)}" if taken else ""),
            f"1/{median([each.cpu for each in taken]) / ours:.1f}" if taken else "–",
            {"runs": figures({name: taken})},
        )


def _said(runs: list[Run]) -> str:
    return f"{spread([each.cpu for each in runs])}; {max(each.peak_mb for each in runs):,.0f} MB"


def _measured(rows: Path, rounds: dict[str, int]) -> dict[str, list[Run]]:
    """Each side as often as is said."""
    place = scratch()
    try:
        runs: dict[str, list[Run]] = {}
        for times in sorted(set(rounds.values())):
            sides = {name: _side(name, rows, place) for name, wanted in rounds.items() if wanted == times}
            runs |= in_turn(sides, times)
        return runs
    finally:
        shutil.rmtree(place)


def _side(name: str, rows: Path, place: Path) -> Callable[[], Run]:
    python = sys.executable if name in {"sodu", "bare"} else PEERS.python
    command = [python, "-m", f"bench.writers.{name}", rows, place / f"{name}.xlsx"]
    return lambda: run(command, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")


def _rows(count: int) -> Path:
    made = data(count, with_home=False)
    path = made.folder / "rows.arrow"
    query = _SHOWN.format(sample=made.sample, rows=count)
    once(path, lambda half: run([sys.executable, "-c", _ARROW, query, half, str(_BATCH_ROWS)]))
    return path
