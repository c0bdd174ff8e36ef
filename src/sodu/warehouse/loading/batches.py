"""Writes what is good of a source as the batch that is kept: the contract's columns, what is derived, the rest."""

from __future__ import annotations

from pathlib import Path

from sodu.values.text import mark as _
from sodu.warehouse.facts import EXTRA, Table
from sodu.warehouse.loading.credit import derived_in_sql
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.stage import Stage
from sodu.warehouse.loading.staging import Staged


def write_batch(sieve: Sieve, stage: Stage, staged: Staged) -> Path:
    """A Parquet file of a source's good rows, in their order."""
    table = stage.table
    if table.name != "credit_entries" and stage.is_clean(staged):
        return staged.path
    derived, joins = derived_in_sql() if table.name == "credit_entries" else _staged(table)
    fields = ", ".join(f"r.{named(field.name)}" for field in table.fields)
    columns = ", ".join(part for part in (fields, derived, f"r.{EXTRA}") if part)
    return sieve.copy(
        f"SELECT {columns} FROM {stage.good} AS r {joins} WHERE r._source = {staged.number} ORDER BY r._row",
        _("Writing batches"),
    )


def _staged(table: Table) -> tuple[str, str]:
    return ", ".join(f"r.{name}" for name, _type in table.derived), ""


def batch_rows(path: Path) -> str:
    """A batch file as a relation."""
    return f"read_parquet({quoted(path)})"
