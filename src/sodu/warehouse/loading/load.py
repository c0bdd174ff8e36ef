"""One load, from files to the journal: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sodu.values.errors import Busy, LoadRefused, Refused
from sodu.values.text import mark as _
from sodu.warehouse.duckdb import room_told
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal, NewBatch
from sodu.warehouse.loading.batches import batch_rows, write_batch
from sodu.warehouse.loading.check import Check
from sodu.warehouse.loading.files import Found, find_files
from sodu.warehouse.loading.kept import Kept, Upload
from sodu.warehouse.loading.opening import open_file
from sodu.warehouse.loading.record import Record
from sodu.warehouse.loading.rejects import write_rejects
from sodu.warehouse.loading.request import BatchReport, LoadReport, LoadRequest
from sodu.warehouse.loading.sieve import Sieve, open_sieve
from sodu.warehouse.loading.source import Source, Unreadable
from sodu.warehouse.loading.stage import Stage
from sodu.warehouse.loading.staging import Staged
from sodu.warehouse.loading.totals import check_expected, check_words, totals_of
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.withdraw import refuse_dangling

_ATTEMPTS = 3


def load(home: Home, request: LoadRequest, who: str, now: datetime, progress: Progress = silent) -> LoadReport:
    """Load files into the record; raises LoadRefused, with nothing changed, where they break the contract."""
    check_words(request.expect)
    files = find_files(request)
    with room_told(), home.load_lock():
        journal = Journal(home)
        with Kept(home, journal) as kept:
            uploads = kept.uploads([file.path for file in files], progress, read_once=request.source == "contract")
            received = list(zip(files, uploads, strict=True))
            for _attempt in range(_ATTEMPTS - 1):
                try:
                    return _Load(home, request, journal, kept, progress).run(received, who, now)
                except Busy:  # Something was withdrawn meanwhile: what was checked may not hold.
                    continue
            return _Load(home, request, journal, kept, progress).run(received, who, now)


@dataclass
class _Load:
    home: Home
    request: LoadRequest
    journal: Journal
    kept: Kept
    progress: Progress

    def run(self, received: list[tuple[Found, Upload]], who: str, now: datetime) -> LoadReport:
        with self.home.scratch() as scratch, open_sieve(self.home, scratch, self.progress) as sieve:
            record = Record(self.home, self.journal, sieve, self.request.replaces)
            check = Check(sieve, record, self.home.settings.zone, self.request.partial)
            check.run(self._open(received, check))
            if check.problems.unreadable or not self.request.partial:
                self._refuse_problems(check, now)
            check_expected(sieve, self.request.expect, check.sources)
            reports, entries = self._write(check, who, now)
            self._check_replaced(entries)
            count = check.problems.count()
            # Before the journal's rows: what is recorded is no longer refused for want of this file.
            rejected_file = self._write_rejects(check, now) if count else None
            seqs = iter(self.journal.append(entries, record.known.seq) if entries else ())
            return LoadReport(
                tuple(replace(report, seq=next(seqs)) if report.rows else report for report in reports),
                tuple(check.problems.first(_names(check))) if count else (),
                count,
                rejected_file,
            )

    def _open(self, received: list[tuple[Found, Upload]], check: Check) -> list[Source]:
        sources = []
        for found, upload in received:
            try:
                sources += open_file(found, upload, self.request, check.sieve)
            except Unreadable as unreadable:
                check.problems.add_file(unreadable)
        return sources

    def _refuse_problems(self, check: Check, now: datetime) -> None:
        count = check.problems.count()
        if count:
            if self.request.rejected:
                self._write_rejects(check, now)
            errors = check.problems.first(_names(check))
            raise LoadRefused(_("nothing was loaded; errors: {count}"), errors, count)

    def _write_rejects(self, check: Check, now: datetime) -> Path | None:
        given = self.request.rejected or self.home.rejected / f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}.csv"
        return write_rejects(check.sieve, check.sources, given)

    def _write(self, check: Check, who: str, now: datetime) -> tuple[list[BatchReport], list[NewBatch]]:
        reports, entries = [], []
        for stage in check.stages:
            for staged in stage.sources:
                if staged.source.is_focus and not staged.rows:
                    continue
                report = self._report(check, stage, staged)
                if report.rows:
                    entry = self._entry(check.sieve, stage, staged, report)
                    entries.append(replace(entry, who=who, recorded_at=now.astimezone(UTC).isoformat()))
                    report = replace(report, totals=entry.totals)
                reports.append(report)
        return reports, entries

    def _report(self, check: Check, stage: Stage, staged: Staged) -> BatchReport:
        rejected = check.problems.rows(staged.number) if self.request.partial else 0
        file = staged.source.file
        return BatchReport(
            None,
            stage.table.name,
            file.name,
            stage.good_rows(staged),
            stage.duplicates(staged),
            rejected,
            {},
            file.upload.sha256,
        )

    def _entry(self, sieve: Sieve, stage: Stage, staged: Staged, report: BatchReport) -> NewBatch:
        path = write_batch(sieve, stage, staged)
        totals = totals_of(sieve, stage.table, batch_rows(path))
        return NewBatch(
            table=report.table,
            source=report.file,
            who="",
            recorded_at="",
            upload_sha256=report.sha256,
            batch_sha256=self.kept.batch(path).sha256,
            rows=report.rows,
            duplicates=report.duplicates,
            rejected=report.rejected,
            totals=totals,
            replaces=self.request.replaces,
        )

    def _check_replaced(self, entries: list[NewBatch]) -> None:
        seq = self.request.replaces
        if seq is None:
            return
        replaced = [row for row in self.journal.rows() if isinstance(row, BatchRow) and row.seq == seq]
        if len(entries) != 1 or [row.table for row in replaced] != [entries[0].table]:
            raise Refused(_("batch {seq} can be replaced by one file with rows of its own table only"), seq=seq)
        remaining = [row for row in self.journal.batches() if row.seq != seq]
        refuse_dangling(self.home, [*remaining, *entries], _("batch {seq} cannot be replaced"), seq)


def _names(check: Check) -> list[str]:
    return [staged.source.file.name for staged in check.sources]
