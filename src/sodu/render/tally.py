"""What is known of an answer's rows once they have gone by: how many of each currency, and their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sodu.reports.column import Kind
from sodu.reports.table import ResultTable
from sodu.values.money import add


@dataclass
class Tally:
    """The rows that were written so far, by sheet and by currency."""

    sheets: list[int] = field(default_factory=lambda: [0])
    """Rows on each sheet of the report."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each currency, in the order in which the currencies came."""
    sums: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """For each currency the sum of each column of `summed`."""
    cut: int = 0
    """Texts that were longer than a cell can hold."""

    def take(self, batch: pa.RecordBatch, names: list[str]) -> None:
        """Count a batch, and add its columns of those names."""
        self.sheets[-1] += batch.num_rows
        if "currency" not in batch.schema.names:
            return
        groups = pa.Table.from_batches([batch.select(list(dict.fromkeys(["currency", *names])))]).group_by(
            "currency", use_threads=False
        )
        wanted: list[Any] = [("currency", "count"), *((name, "sum") for name in names)]
        for row in groups.aggregate(wanted).to_pylist():
            currency = row["currency"] or ""
            sums = self.sums.setdefault(currency, dict.fromkeys(names, Decimal(0)))
            self.rows[currency] = self.rows.get(currency, 0) + row["currency_count"]
            for name in names:
                sums[name] = add(sums[name], Decimal(row[f"{name}_sum"] or 0))

    @property
    def row_count(self) -> int:
        """All rows written."""
        return sum(self.sheets)

    def pieces(self, first: int, count: int) -> list[tuple[int, int, int]]:
        """Rows `first`…, counted over all sheets from 0, as (sheet, first row, last row), each counted from 0."""
        found, start = [], 0
        for sheet, rows in enumerate(self.sheets):
            low, high = max(first, start), min(first + count, start + rows)
            if low < high:
                found.append((sheet, low - start, high - start - 1))
            start += rows
        return found


def summed(table: ResultTable) -> list[str]:
    """The columns whose sum over rows means something: those that the totals have too."""
    totalled = {column.name for column in table.total_columns}
    return [
        column.name for column in table.columns if column.name in totalled and column.kind in (Kind.MONEY, Kind.COUNT)
    ]
