"""Checks the tables of a load one after the other, each against the record and what came before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sodu.warehouse.facts import ACCOUNTS, PARTNERS, SERVICES, TABLES, Table
from sodu.warehouse.loading.credit import credit_rules
from sodu.warehouse.loading.descriptions import know_accounts, know_ids, own_in_sql
from sodu.warehouse.loading.problems import Problems
from sodu.warehouse.loading.record import Record
from sodu.warehouse.loading.references import (
    Rules,
    account_rules,
    charge_rules,
    discount_rules,
    find_breaches,
    no_rules,
)
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.source import Source, Unreadable
from sodu.warehouse.loading.stage import Stage
from sodu.warehouse.loading.staging import Staged, find_broken, stage
from sodu.warehouse.loading.versions import find_repeats

_RULES: dict[str, Callable[[Sieve, Stage, str], Rules]] = {
    "partners": no_rules,
    "accounts": account_rules,
    "services": no_rules,
    "discounts": discount_rules,
    "credit_entries": credit_rules,
    "charges": charge_rules,
}


@dataclass
class Check:
    """The state of a load's checking: what is staged, and what is wrong with it."""

    sieve: Sieve
    record: Record
    zone: str
    """The zone that days are cut in."""
    partial: bool
    problems: Problems = field(init=False)
    stages: list[Stage] = field(default_factory=list)
    sources: list[Staged] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin without a problem."""
        self.problems = Problems(self.sieve)

    def run(self, sources: Sequence[Source]) -> None:
        """Check all sources, table by table; afterwards `problems` says what is wrong."""
        for table in TABLES:
            of_table = [source for source in sources if source.table is table]
            # What facts refer to must be known, whether or not the load brings more of it.
            if of_table or table in (PARTNERS, ACCOUNTS, SERVICES):
                self._check(table, of_table)

    def _check(self, table: Table, sources: Sequence[Source]) -> None:
        own = own_in_sql(self.sieve) if table.name == "charges" else ""
        record = self.record.relation(table)
        staged = [staged for source in sources if (staged := self._stage(source, own))]
        stage_ = Stage(self.sieve, table, record, staged)
        self.stages.append(stage_)
        for one in staged:
            find_broken(one, self.problems)
        if staged:
            find_repeats(self.sieve, stage_, self.problems, self._known_files(stage_))
        # With a file that cannot be read at all, whatever refers to it would be said to be unknown.
        if staged and not self.problems.unreadable:
            self._find_breaches(stage_)
        if table.name in ("partners", "services"):
            know_ids(self.sieve, stage_)
        elif table.name == "accounts":
            know_accounts(self.sieve, stage_, self.zone)

    def _stage(self, source: Source, own: str) -> Staged | None:
        try:
            staged = stage(self.sieve, len(self.sources), source, own)
        except Unreadable as unreadable:
            self.problems.add_file(unreadable)
            return None
        self.sources.append(staged)
        return staged

    def _find_breaches(self, stage_: Stage) -> None:
        rules = _RULES[stage_.table.name]
        found = find_breaches(self.sieve, stage_.fresh, rules(self.sieve, stage_, stage_.fresh), self.problems)
        stage_.sift()
        # Rows that are left out may be what others refer to: ask again until nothing more is found.
        while found and self.partial:
            found = find_breaches(self.sieve, stage_.good, rules(self.sieve, stage_, stage_.good), self.problems)
            stage_.sift()

    def _known_files(self, stage_: Stage) -> list[int]:
        """Sources whose file the record took as it is, so that it need not be compared row by row.

        Of facts, those that brought every row, and whose rows mean the same whatever this load says of them.
        """
        batches = [row for row in self.record.batches(stage_.table) if not row.rejected]
        if stage_.table.is_fact:
            batches = [row for row in batches if not row.duplicates]
        known = {row.upload_sha256 for row in batches}
        files = {staged.number: staged.source.file for staged in stage_.sources}
        return [
            number
            for number, file in files.items()
            if file.upload.sha256 in known and not (stage_.table.is_fact and file.zone)
        ]
