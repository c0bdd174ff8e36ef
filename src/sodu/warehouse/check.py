"""Checks a home from end to end: the chain, the files, the totals, the laws, and the warehouse against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sodu.values.errors import SoduError
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.duckdb import Connection, connect, told
from sodu.warehouse.facts import BY_NAME
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal, JournalRow, Totals, totals_text
from sodu.warehouse.laws import find_breaches
from sodu.warehouse.live import open_live
from sodu.warehouse.on_cluster import on_cluster
from sodu.warehouse.opening import refresh
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.rollups import wrongly_added_up
from sodu.warehouse.schema import TARGETS
from sodu.warehouse.store import batch_path, verified_batch, verify

_CHECKING = _("Checking")
WAREHOUSE = _("the warehouse against the journal")


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is as it should be, and what was seen."""

    name: Text
    ok: bool
    detail: Message


def check(home: Home, progress: Progress = silent, served: Callable[[], Finding] | None = None) -> list[Finding]:
    """Everything that can be checked; what rests on something damaged is left out.

    `served` is what the process that owns the warehouse finds of it, where one does.
    """
    try:
        journal = Journal(home)
    except SoduError as error:
        return [Finding(_("journal chain"), False, error.message)]
    head = Message(_("{count} rows, each with the hash of the one before"), {"count": journal.head})
    findings = [Finding(_("journal chain"), True, head), *_files(home, journal, progress)]
    if all(finding.ok for finding in findings):
        findings += [_batches(home, journal), *_laws(home, journal)]
        try:
            findings.append(served() if served else _warehouse(home, journal, progress))
        except SoduError as error:
            findings.append(Finding(WAREHOUSE, False, error.message))
    return findings


Ask = Callable[[str], Sequence[tuple[Any, ...]]]
"""Asks an engine for rows, in DuckDB's dialect."""

Checked = Callable[[Sequence[JournalRow]], Finding]
"""Compares a warehouse with the journal's rows."""


def check_warehouse(ask: Ask, rows: Iterable[JournalRow]) -> Finding:
    """Whether an open warehouse holds what the journal's rows say, and nothing else."""
    found = {table: _recounted(ask, table, target.name, "k.code", _NUMBERED) for table, target in TARGETS.items()}
    return _compared(WAREHOUSE, _batch_rows(rows), found)


def check_file(connection: Connection, rows: Iterable[JournalRow]) -> Finding:
    """The same of a file; and whether it adds up rightly what it holds."""
    finding = check_warehouse(_asking(connection), rows)
    if finding.ok and (seqs := wrongly_added_up(connection)):
        said = {"seqs": ", ".join(map(str, seqs))}
        return Finding(
            WAREHOUSE, False, Message(_("sums that are kept are not those of the facts: batches {seqs}"), said)
        )
    return finding


def _asking(connection: Connection) -> Ask:
    return lambda sql: connection.execute(sql).fetchall()


def _files(home: Home, journal: Journal, progress: Progress) -> Iterator[Finding]:
    rows = _batch_rows(journal.rows())
    uploads = {row.upload_sha256 for row in rows}
    batches = {row.batch_sha256 for row in rows}
    checks: list[tuple[str, Callable[[str], object]]] = [
        (sha256, lambda sha256: verify(home.uploads / sha256, sha256)) for sha256 in sorted(uploads)
    ]
    checks += [(sha256, lambda sha256: verified_batch(home, sha256)) for sha256 in sorted(batches)]
    found: list[Message] = []
    for done, (sha256, look) in enumerate(checks):
        progress(_CHECKING, done, len(checks))
        try:
            look(sha256)
        except SoduError as error:
            found.append(error.message)
    if not found:
        count = Message(_("{count} files have the bytes that the journal names"), {"count": len(checks)})
        yield Finding(_("files of the record"), True, count)
    yield from (Finding(_("files of the record"), False, message) for message in found)
    yield _orphans(home, uploads, batches)


def _orphans(home: Home, uploads: set[str], batches: set[str]) -> Finding:
    """Files that no journal row names: a load was killed before it was acknowledged. They count for nothing."""
    present = {path.name for path in home.uploads.iterdir()} - uploads
    present |= {path.name for path in home.batches.iterdir()} - {batch_path(home, sha).name for sha in batches}
    detail = _("{count} files that no row names; they count for nothing") if present else _("none")
    return Finding(_("files that no row of the journal names"), True, Message(detail, {"count": len(present)}))


def _batches(home: Home, journal: Journal) -> Finding:
    """Count and sum every batch again from its file, withdrawn ones too."""
    rows = _batch_rows(journal.rows())
    numbered = [(row.seq, row.table, row.batch_sha256) for row in rows]
    with open_live(home, numbered) as connection:
        found = {table: _recounted(_asking(connection), table, table, "r.currency") for table in BY_NAME}
    return _compared(_("control totals of the batches"), rows, found)


def _laws(home: Home, journal: Journal) -> Iterator[Finding]:
    live = [(row.seq, row.table, row.batch_sha256) for row in journal.batches()]
    with open_live(home, live) as connection:
        for law, breach in find_breaches(connection, home.settings.zone):
            if breach is None:
                yield Finding(law.text, True, Message(_("holds")))
                continue
            yield Finding(
                law.text,
                False,
                Message(
                    _("{count} cases break it, the first of them {example}, in batches {seqs}"),
                    {"count": breach.count, "example": breach.example, "seqs": ", ".join(map(str, breach.seqs))},
                ),
            )


def _warehouse(home: Home, journal: Journal, progress: Progress) -> Finding:
    if home.settings.cluster:
        with on_cluster(home, home.settings.cluster) as cluster:
            rows = journal.rows()
            cluster.catch_up(rows, progress)
            with cluster.checking(len(rows)) as checked:
                return checked(rows)
    refresh(home, journal, progress)
    with home.scratch() as scratch, told(home.warehouse_path):
        connection = connect(home, home.warehouse_path, scratch, read_only=True)
        try:
            return check_file(connection, journal.rows())
        finally:
            connection.close()


_NUMBERED = "LEFT JOIN currency_keys AS k ON k.currency = r.currency"
_Counted = dict[int, tuple[int, str]]
"""Of each batch, its rows and its control totals as the journal writes them."""


def _recounted(ask: Ask, table: str, name: str, code: str, join: str = "") -> _Counted:
    """What the relation of that name holds of each batch of a table; `code` is SQL for a row's currency."""
    amounts = BY_NAME[table].amounts
    sums = "".join(f", sum(r.{column}) AS {column}" for column in amounts)
    # What has no amounts has no currency either.
    sql = (
        f"SELECT r.seq, {code} AS code, count(*) AS rows{sums} FROM {name} AS r {join} GROUP BY r.seq, {code}"
        if amounts
        else f"SELECT r.seq, '' AS code, count(*) AS rows FROM {name} AS r GROUP BY r.seq"
    )
    rows: dict[int, int] = {}
    totals: dict[int, Totals] = {}
    for seq, currency, count, *sums_found in sorted(ask(sql), key=lambda row: row[:2]):
        rows[seq] = rows.get(seq, 0) + count
        by_column = totals.setdefault(seq, {column: {} for column in amounts})
        for column, total in zip(amounts, sums_found, strict=True):
            if total is not None:
                by_column[column][currency] = Decimal(total)
    return {seq: (rows[seq], totals_text(totals[seq])) for seq in rows}


def _compared(name: Text, batches: list[BatchRow], found: dict[str, _Counted]) -> Finding:
    expected = {(row.table, row.seq): (row.rows, totals_text(row.totals)) for row in batches if row.rows}
    actual = {(table, seq): counted for table, by_seq in found.items() for seq, counted in by_seq.items()}
    wrong = sorted(seq for table, seq in {*expected, *actual} if expected.get((table, seq)) != actual.get((table, seq)))
    if wrong:
        seqs = ", ".join(map(str, wrong))
        return Finding(name, False, Message(_("not what the journal says: batches {seqs}"), {"seqs": seqs}))
    detail = Message(_("{count} batches, each with the rows and sums of its row"), {"count": len(batches)})
    return Finding(name, True, detail)


def _batch_rows(rows: Iterable[JournalRow]) -> list[BatchRow]:
    return [row for row in rows if isinstance(row, BatchRow)]
