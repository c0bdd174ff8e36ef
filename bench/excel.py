"""A workbook of 1,000,000 rows of 12 columns: ours against XlsxWriter's constant_memory, from one Parquet file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.data import copy, data, once, scratch
from bench.measure import Line, figures, in_turn, median, run, spread

_ROWS = 1_000_000

_SHOWN = """
SELECT c.occurred_at::TIMESTAMPTZ::TIMESTAMP AS occurred_at, c.account_id, a.name AS account_name, a.account_type,
    s.name AS service_name, c.description, c.quantity::DECIMAL(38,15) AS quantity, c.list_amount AS list,
    c.customer_amount AS sales, c.partner_amount AS cost, c.currency, c.charge_id
FROM read_parquet('{sample}/charges-*.parquet') c
JOIN (SELECT DISTINCT ON (account_id) * FROM '{sample}/accounts.parquet') a USING (account_id)
JOIN '{sample}/services.parquet' s USING (service_id)
"""


def lines(_charges: int, rounds: int) -> Iterator[Line]:
    """Processor time, memory, and the time to the first bytes, whatever the size of the others."""
    rows = _rows()

    def bench(name: str, *words: str | Path):
        # Formulas, links and so on are off in the peer, as they must be for texts that strangers wrote.
        return lambda: run([sys.executable, "-m", f"bench.excel_{name}", rows, *words], PYTHONPATH=_path())

    place = scratch()
    try:
        runs = in_turn({"sodu": bench("ours")}, rounds) | in_turn({"peer": bench("peer", place / "peer.xlsx")}, 1)
    finally:
        shutil.rmtree(place)
    cpu = {side: [each.cpu for each in taken] for side, taken in runs.items()}
    memory = {side: max(each.peak_mb for each in taken) for side, taken in runs.items()}
    first = [each.first_bytes or each.seconds for each in runs["sodu"]]
    yield Line(
        f"workbook of {_ROWS:,} × 12, s of CPU",
        f"{spread(cpu['sodu'])}; {memory['sodu']:,.0f} MB; first bytes after {spread(first)} s",
        f"XlsxWriter {spread(cpu['peer'], 1)}; {memory['peer']:,.0f} MB",
        f"1/{median(cpu['peer']) / median(cpu['sodu']):.0f} (target 1/20, 300 MB, 0.5 s)",
        {"runs": figures(runs)},
    )


def _rows() -> Path:
    made = data(_ROWS, with_home=False)
    path = made.folder / "rows.parquet"
    query = _SHOWN.format(sample=made.sample)
    once(path, lambda half: copy(query, half, "FORMAT parquet, ROW_GROUP_SIZE 65536"))
    return path


def _path() -> str:
    root = Path(__file__).resolve().parents[1]
    return f"{root / 'src'}{os.pathsep}{root}"
