"""The journal: one row for each batch and each withdrawal, chained by hashes, never edited."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sodu.values.errors import Refused, WrongUsage
from sodu.values.money import plain
from sodu.values.text import mark as _
from sodu.warehouse.chain import ChainedRow, ChainPort
from sodu.warehouse.chain_sqlite import SqliteChain
from sodu.warehouse.engine import Known
from sodu.warehouse.home import Home

Totals = dict[str, dict[str, Decimal]]
"""Control totals of a batch: by column, by currency."""


@dataclass(frozen=True, kw_only=True)
class NewBatch:
    """What a load wants written of one batch."""

    table: str
    source: str
    who: str
    recorded_at: str
    upload_sha256: str
    batch_sha256: str
    rows: int
    duplicates: int = 0
    rejected: int = 0
    totals: Totals = field(default_factory=dict)
    replaces: int | None = None


@dataclass(frozen=True, kw_only=True)
class BatchRow(NewBatch):
    """A batch as the journal has it."""

    seq: int


@dataclass(frozen=True, kw_only=True)
class WithdrawalRow:
    """That a batch counts no more, from this row on."""

    seq: int
    who: str
    recorded_at: str
    withdraws: int


JournalRow = BatchRow | WithdrawalRow


class JournalPort(Protocol):
    """What any database that keeps the journal must do."""

    def rows(self) -> Sequence[JournalRow]:
        """Every row, in order, the chain verified."""

    def batches(self, known: Known | None = None, table: str | None = None) -> list[BatchRow]:
        """The batches that count."""

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a number or an instant."""

    def append(self, entries: Sequence[NewBatch], expected_head: int) -> list[int]:
        """Write the rows of one load, all or none; raises Busy if the head has moved."""

    def withdraw(self, seq: int, who: str, recorded_at: str, expected_head: int) -> int:
        """Write that a batch counts no more."""


class Journal:
    """The journal of a home. Each call sees what other processes have committed; threads may share one."""

    def __init__(self, home: Home) -> None:
        self._chain = open_chain(home)
        self._rows: list[JournalRow] = []
        self._reading = threading.Lock()
        self.rows()

    @property
    def head(self) -> int:
        """The number of the last row; 0 where there is none."""
        return len(self.rows())

    def rows(self) -> Sequence[JournalRow]:
        """Every row, in order; raises Damaged where the chain is broken."""
        with self._reading:
            self._rows.extend(_parse(row) for row in self._chain.read_new())
            return tuple(self._rows)

    def known(self, at: int | datetime | None = None) -> Known:
        """The record as known at a number or an instant, or now; raises WrongUsage for numbers beyond the head."""
        rows = self.rows()
        seq = _number(rows, at)
        withdrawn = sorted(_outdated(row) for row in rows[:seq] if _outdated(row))
        return Known(seq, tuple(withdrawn), rows[seq - 1].recorded_at if seq else "")

    def batches(self, known: Known | None = None, table: str | None = None) -> list[BatchRow]:
        """The batches that count, as known then, in order."""
        known = known or self.known()
        return [
            row
            for row in self.rows()[: known.seq]
            if isinstance(row, BatchRow) and row.seq not in known.withdrawn and table in (None, row.table)
        ]

    def append(self, entries: Sequence[NewBatch], expected_head: int) -> list[int]:
        """Write the rows of one load in one transaction; they are on disk when this returns."""
        for entry in entries:
            if entry.replaces is not None:
                self._must_count(entry.replaces)
        self._chain.append([_content(entry) for entry in entries], expected_head)
        return [expected_head + 1 + index for index in range(len(entries))]

    def withdraw(self, seq: int, who: str, recorded_at: str, expected_head: int) -> int:
        """Write that a batch counts no more; whether it may is for `withdraw.withdraw` to say."""
        self._must_count(seq)
        content = {"kind": "withdraw", "who": who, "recorded_at": recorded_at, "withdraws": seq}
        self._chain.append([_canonical(content)], expected_head)
        return expected_head + 1

    def _must_count(self, seq: int) -> None:
        if not any(row.seq == seq for row in self.batches()):
            raise Refused(_("batch {seq} is not in the record, or was withdrawn or replaced before"), seq=seq)


def open_chain(home: Home) -> ChainPort:
    """The journal's rows, where the home's settings say they are; raises Damaged where there are batches but none."""
    must_exist = any(home.batches.iterdir())
    if not home.settings.database:
        return SqliteChain(home.journal_path, home.tmp, must_exist=must_exist)
    from sodu.warehouse.chain_postgresql import PostgresqlChain
    from sodu.warehouse.postgresql import Database

    return PostgresqlChain(Database(home.settings.database), must_exist=must_exist)


def _number(rows: Sequence[JournalRow], at: int | datetime | None) -> int:
    if at is None:
        return len(rows)
    if isinstance(at, datetime):
        return max((row.seq for row in rows if datetime.fromisoformat(row.recorded_at) <= at), default=0)
    if not 0 <= at <= len(rows):
        raise WrongUsage(
            _("as-known-at: {at} is no number of the journal; its last one is {head}"), at=at, head=len(rows)
        )
    return at


def _outdated(row: JournalRow) -> int:
    """The batch that counts no more because of a row; 0 for none."""
    return row.withdraws if isinstance(row, WithdrawalRow) else row.replaces or 0


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _content(entry: NewBatch) -> str:
    return _canonical({"kind": "batch", **vars(entry), "totals": totals_text(entry.totals)})


def totals_text(totals: Totals) -> str:
    """Control totals as the journal and the warehouse write them."""
    return _canonical(
        {column: {code: plain(total) for code, total in by_code.items()} for column, by_code in totals.items()}
    )


def _parse(row: ChainedRow) -> JournalRow:
    content: dict[str, Any] = json.loads(row.content)
    if content.pop("kind") == "withdraw":
        return WithdrawalRow(seq=row.seq, **content)
    totals = json.loads(content.pop("totals"))
    parsed = {column: {code: Decimal(text) for code, text in by.items()} for column, by in totals.items()}
    return BatchRow(seq=row.seq, totals=parsed, **content)
