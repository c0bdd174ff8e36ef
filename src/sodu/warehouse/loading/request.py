"""What a load is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sodu.values.errors import RowError

Totals = dict[str, dict[str, Decimal]]


@dataclass(frozen=True)
class LoadRequest:
    """The files of one load and how they are to be read."""

    paths: tuple[Path, ...]
    """Files, or folders of files, in any order."""
    table: str | None = None
    """The table of every file; otherwise each file's name tells it."""
    source: str = "contract"
    """`contract` or `focus`."""
    partner: str | None = None
    account_type: str = "customer"
    mapping: Path | None = None
    """FOCUS: a CSV file of account and partner."""
    column_map: Mapping[str, str] = field(default_factory=dict)
    """FOCUS: where an amount comes from, such as customer_amount from ContractedCost."""
    zone: str | None = None
    """The zone of instants that have no offset."""
    partial: bool = False
    rejected: Path | None = None
    expect: Mapping[str, Decimal | int] = field(default_factory=dict)
    """Control totals of the whole files, duplicates included: rows, amount[VND], charges.rows."""
    replaces: int | None = None


@dataclass(frozen=True)
class BatchReport:
    """What became of one file's rows of one table."""

    seq: int | None
    """None where nothing was new."""
    table: str
    file: str
    rows: int
    duplicates: int
    rejected: int
    totals: Totals
    """Of the rows loaded, by column, by currency."""
    sha256: str
    """Of the file as received."""


@dataclass(frozen=True)
class LoadReport:
    """What became of a load; errors are there only where it was partial."""

    batches: tuple[BatchReport, ...]
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    rejected_file: Path | None = None
