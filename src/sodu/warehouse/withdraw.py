"""Takes a batch out of what counts, unless other batches need it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sodu.values.errors import Refused
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal, NewBatch
from sodu.warehouse.laws import find_breaches
from sodu.warehouse.live import Numbered, open_live
from sodu.warehouse.store import verified_batch


def withdraw(home: Home, seq: int, who: str, now: datetime) -> int:
    """Write in the journal that a batch counts no more; return the number of that row.

    Raises Refused where rows of other batches would refer to what is gone.
    """
    with home.load_lock():
        journal = Journal(home)
        head = journal.head
        live = journal.batches()
        if any(row.seq == seq for row in live):
            refuse_dangling(home, [row for row in live if row.seq != seq], _("batch {seq} cannot be withdrawn"), seq)
        return journal.withdraw(seq, who, now.astimezone(UTC).isoformat(), head)


def refuse_dangling(home: Home, remaining: Sequence[NewBatch], cannot: Text, seq: int) -> None:
    """Raise Refused, beginning with `cannot`, unless the batches that remain refer to nothing outside them.

    A load that replaces a batch asks this of what counts without that one and with its own.
    """
    batches: list[Numbered] = []
    for row in remaining:
        verified_batch(home, row.batch_sha256)
        # What has no number yet comes after all that has one.
        number = row.seq if isinstance(row, BatchRow) else batches[-1][0] + 1 if batches else 1
        batches.append((number, row.table, row.batch_sha256))
    with open_live(home, batches) as connection:
        for law, breach in find_breaches(connection, home.settings.zone, only_by_removal=True):
            if breach:
                raise Refused(
                    _("{cannot}: {law}; {count} cases would break that, the first of them {example} in batch {first}"),
                    cannot=Message(cannot, {"seq": seq}),
                    law=law.text,
                    count=breach.count,
                    example=breach.example,
                    first=breach.seqs[0],
                )
