"""What every shape of answer is made from: the question, resolved, and where to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sodu.reports.conditions import Conditions
from sodu.reports.report import Report
from sodu.reports.selection import Selection
from sodu.reports.sql import grouped
from sodu.reports.sql.grouped import windows_of
from sodu.warehouse.engine import Engine


@dataclass(frozen=True)
class Question:
    """A report's question on its way to an answer."""

    report: Report
    conditions: Conditions
    selection: Selection
    engine: Engine
    zone: str
    now: datetime

    @property
    def windows(self) -> tuple[str, ...]:
        """The suffixes of the periods that are summed: "" and, where it is compared, "_before"."""
        return tuple(windows_of(self.selection))

    def currencies(self) -> tuple[str, ...]:
        """Those that occur in the selection, before or in the period."""
        rows = self.engine.rows(grouped.presence(self.report.fact, self.selection))
        return tuple(sorted(row["currency"] for row in rows))

    def data_through(self) -> datetime | None:
        """The latest instant of what the reader may see."""
        rows = self.engine.rows(grouped.data_through(self.report.fact, self.selection))
        return rows[0]["last_at"] if rows else None
