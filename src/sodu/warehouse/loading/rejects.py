"""The rows that a load refused, as CSV: their columns as they came, and why."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sodu.warehouse.loading.messages import MESSAGES
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.staging import Staged


def write_rejects(sieve: Sieve, sources: Sequence[Staged], target: Path) -> Path | None:
    """One file for each source that has any, beside `target` where there are several; the first of them."""
    concerned = [source for (source,) in sieve.run("SELECT DISTINCT _source FROM problems ORDER BY 1")]
    written = []
    for staged in sources:
        if staged.number in concerned:
            stem = f"{target.stem}-{staged.table.name}-{staged.number}" if len(concerned) > 1 else target.stem
            written.append(_write(sieve, staged, target.with_name(f"{stem}{target.suffix or '.csv'}")))
    return written[0] if written else None


def _write(sieve: Sieve, staged: Staged, target: Path) -> Path:
    reasons = " ".join(f"WHEN {quoted(code)} THEN {quoted(_said(code))}" for code in MESSAGES)
    why = (
        "SELECT _row, string_agg(coalesce(field, ''), '; ' ORDER BY field, code) AS _column, "
        "string_agg(code, '; ' ORDER BY field, code) AS _code, "
        f"string_agg(replace(CASE code {reasons} END, '{{column}}', coalesce(field, '')), '; ' ORDER BY field, code) "
        f"AS _reason FROM problems WHERE _source = {staged.number} GROUP BY _row"
    )
    columns = ", ".join(f"r.{named(name)}" for name in staged.source.columns)
    numbered = f"SELECT row_number() OVER () + {staged.source.first_row - 1} AS _row, * FROM {staged.source.sql}"
    path = sieve.new_path("csv")
    sieve.run(
        f"COPY (SELECT {columns}, why.* FROM ({numbered}) AS r JOIN ({why}) AS why ON why._row = r._row "
        f"ORDER BY r._row) TO {quoted(path)} (FORMAT csv, HEADER)"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)
    return target


def _said(code: str) -> str:
    return str(MESSAGES[code])
