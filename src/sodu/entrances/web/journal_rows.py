"""The journal as pages show it: each batch with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sodu.values.text import Text
from sodu.warehouse.facts import BY_NAME
from sodu.warehouse.journal import BatchRow, JournalRow, WithdrawalRow
from sodu.warehouse.serving import Serving

_TELLING = ("amount", "customer_amount")
"""The control total that stands for a batch where there is room for one."""


@dataclass(frozen=True)
class Entry:
    """A row of the journal: a batch, or a withdrawal."""

    row: JournalRow
    withdrawn_by: int | None = None
    replaced_by: int | None = None

    @property
    def seq(self) -> int:
        """Its number."""
        return self.row.seq

    @property
    def is_batch(self) -> bool:
        """Whether it is a batch."""
        return isinstance(self.row, BatchRow)

    @property
    def counts(self) -> bool:
        """Whether its rows count."""
        return self.is_batch and self.withdrawn_by is None and self.replaced_by is None

    @property
    def recorded_at(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.row.recorded_at)

    @property
    def title(self) -> Text | str:
        """What its table is called."""
        return BY_NAME[self.row.table].title if isinstance(self.row, BatchRow) else ""

    @property
    def totals(self) -> list[tuple[str, list[tuple[str, Decimal]]]]:
        """Its control totals: of each column, by currency."""
        if not isinstance(self.row, BatchRow):
            return []
        found = ((column, self.row.totals.get(column, {})) for column in BY_NAME[self.row.table].amounts)
        return [(column, sorted(by.items())) for column, by in found if by]

    @property
    def telling(self) -> list[tuple[str, Decimal]]:
        """The control total that says most, by currency."""
        return next((by for column, by in self.totals if column in _TELLING), [])


@dataclass(frozen=True)
class Asked:
    """Which rows of the journal are looked for."""

    table: str = ""
    file: str = ""
    day: date | None = None

    def takes(self, row: JournalRow, zone: ZoneInfo) -> bool:
        """Whether a row is among them."""
        if self.day and datetime.fromisoformat(row.recorded_at).astimezone(zone).date() != self.day:
            return False
        if isinstance(row, WithdrawalRow):
            return not self.table and not self.file
        return self.table in ("", row.table) and self.file.casefold() in row.source.casefold()


def entries(serving: Serving, asked: Asked | None = None, before: int | None = None) -> Iterator[Entry]:
    """The rows looked for, newest first, from before a number on."""
    rows = serving.journal.rows()
    withdrawn = {row.withdraws: row.seq for row in rows if isinstance(row, WithdrawalRow)}
    replaced = {row.replaces: row.seq for row in rows if isinstance(row, BatchRow) and row.replaces}
    zone = ZoneInfo(serving.zone)
    for row in reversed(rows[: before - 1] if before else rows):
        if asked is None or asked.takes(row, zone):
            yield Entry(row, withdrawn.get(row.seq), replaced.get(row.seq))


def entry(serving: Serving, seq: int) -> Entry | None:
    """One row; None where there is none of that number."""
    found = next(entries(serving, before=seq + 1), None) if seq > 0 else None
    return found if found and found.seq == seq else None
