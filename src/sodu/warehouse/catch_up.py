"""Brings the warehouse to the journal's head: batch by batch, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sodu.values.errors import Damaged
from sodu.values.text import mark as _
from sodu.warehouse.apply import Source, apply
from sodu.warehouse.compact import compact
from sodu.warehouse.duckdb import Connection
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, JournalRow, totals_text
from sodu.warehouse.progress import Progress, silent
from sodu.warehouse.schema import VERSION, statements
from sodu.warehouse.store import verified_batch

_TAKING_IN = _("Taking batches into the warehouse")

Advance = Callable[[int], None]
"""Is told how many rows of a batch are in."""


Applied = tuple[int, str, int, str, str]
"""What a warehouse says of a batch that it holds: as the journal says it."""

APPLIED = "SELECT seq, table_name, rows, batch_sha256, totals FROM applied ORDER BY seq"


def pending(connection: Connection, rows: Sequence[JournalRow]) -> list[BatchRow]:
    """The batches that the warehouse lacks; raises Damaged where it holds what the journal does not."""
    return lacking(connection.execute(APPLIED).fetchall(), rows)


def lacking(applied: Sequence[Applied], rows: Sequence[JournalRow]) -> list[BatchRow]:
    """The batches of the journal that are not among the applied; raises Damaged where the two differ otherwise."""
    batches = [row for row in rows if isinstance(row, BatchRow)]
    for taken, row in zip(applied, batches, strict=False):
        if taken != (row.seq, row.table, row.rows, row.batch_sha256, totals_text(row.totals)):
            raise Damaged(
                _(
                    "the warehouse and the journal differ at batch {seq}: one of them is damaged; "
                    "run `sodu check`, then `sodu rebuild`"
                ),
                seq=row.seq,
            )
    if len(applied) > len(batches):
        raise Damaged(
            _(
                "the journal has lost rows: the warehouse knows batch {seq}, the journal ends at {head}; "
                "bring journal.sqlite back from a backup, or run `sodu rebuild` to go on without them"
            ),
            seq=applied[-1][0],
            head=len(rows),
        )
    return batches[len(applied) :]


def catch_up(connection: Connection, home: Home, rows: Sequence[JournalRow], progress: Progress = silent) -> int:
    """Take in what of the journal's rows is pending; return how many batches that was."""
    batches = pending(connection, rows)
    each_in_turn(batches, home, progress, lambda source, advance: apply(connection, source, advance))
    compact(connection)
    # Without a write-ahead log beside it, no copy of the file can miss what was taken in.
    connection.execute("CHECKPOINT")
    return len(batches)


def each_in_turn(
    batches: Sequence[BatchRow], home: Home, progress: Progress, take: Callable[[Source, Advance], object]
) -> None:
    """Take batches, each once its file is verified, and tell how far it is."""
    total, done = sum(row.rows for row in batches), 0
    progress(_TAKING_IN, 0, total)
    for row in batches:
        source = Source(row, verified_batch(home, row.batch_sha256), home.settings.zone)
        take(source, _advance(progress, done, total))
        done += row.rows


def _advance(progress: Progress, before: int, total: int) -> Advance:
    return lambda rows: progress(_TAKING_IN, before + rows, total)


def create(connection: Connection, zone: str) -> None:
    """Make an empty warehouse."""
    connection.begin()
    for statement in statements():
        connection.execute(statement)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", list(meta(zone).items()))
    connection.commit()


def meta(zone: str) -> dict[str, str]:
    """What a warehouse says of itself; one that says otherwise is built anew."""
    return {"version": VERSION, "zone": zone}


def fits(connection: Connection, zone: str) -> bool:
    """Whether a warehouse is of this version and zone."""
    tables: Sequence[tuple[str]] = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    if ("meta",) not in tables:
        return False
    return dict(connection.execute("SELECT name, value FROM meta").fetchall()) == meta(zone)
