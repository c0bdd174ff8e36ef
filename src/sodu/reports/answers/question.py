"""What every shape of answer is made from: the question, resolved, and where to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sodu.reports.conditions import Conditions
from sodu.reports.kept_rows import kept_rows
from sodu.reports.report import Report
from sodu.reports.selection import Selection
from sodu.reports.sql import grouped
from sodu.reports.sql.relations import windows_of
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

    @cached_property
    def _presence(self) -> tuple[dict[str, Any], ...]:
        return kept_rows(self.engine, self.selection.known, grouped.presence(self.report.fact, self.selection))

    def currencies(self) -> tuple[str, ...]:
        """Those that occur in the selection, before or in the period."""
        end = max(period.end for period in windows_of(self.selection).values())
        return tuple(sorted(row["currency"] for row in self._presence if row["first_day"] and row["first_day"] < end))

    def data_through(self) -> datetime | None:
        """The latest instant of what the reader may see, whatever was asked."""
        return max((row["last_at"] for row in self._presence), default=None)
