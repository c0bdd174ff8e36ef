"""Seeded ledgers, valid under the contract and full of edges, and their CSV files."""

import csv
from datetime import datetime
from decimal import localcontext
from pathlib import Path
from random import Random

from .exact import EXACT
from .periods import ZONE
from .random_charges import add_charges
from .random_credit import CreditBook
from .random_discounts import add_discounts
from .random_values import Values
from .random_world import TextBatch, World, make_world

KEYS = {"credit_entries": "entry_id", "charges": "charge_id"}
MOMENTS = (
    datetime(2026, 11, 18, 10, 30, tzinfo=ZONE),
    datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=ZONE),
    datetime(2026, 12, 1, tzinfo=ZONE),
    datetime(2026, 12, 31, 17, 0, tzinfo=ZONE),
    datetime(2027, 1, 1, tzinfo=ZONE),
)


def make(seed: int, size: int) -> list[TextBatch]:
    """The batches of a ledger with about `size` entries and as many charges."""
    values = Values(Random(f"ledger {seed}"))
    with localcontext(EXACT):
        world = make_world(values, values.rng.randint(2, 4), max(5, size // 12))
        offers = add_discounts(world, max(6, size // 8))
        sold = add_charges(world, offers, size)
        CreditBook(world, sold).add_entries(size)
    for number, batch in enumerate(world.batches):
        _send_again(world, batch, number)
    _shuffle(world)
    return [batch for batch in world.batches if batch]


def now_of(seed: int) -> datetime:
    """The instant that is now for a ledger: after every act on its discounts."""
    return MOMENTS[seed % len(MOMENTS)]


def write_batch(batch: TextBatch, folder: Path, seed: int) -> None:
    """Write a batch as a folder of CSV files: columns in any order, at times with a BOM or CRLF."""
    rng = Random(f"files {seed}")
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in batch.items():
        columns = sorted({name for row in rows for name in row})
        rng.shuffle(columns)
        encoding = rng.choice(["utf-8", "utf-8-sig"])
        with (folder / f"{table}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator=rng.choice(["\n", "\r\n"]))
            writer.writeheader()
            writer.writerows(rows)


def _send_again(world: World, batch: TextBatch, number: int) -> None:
    """Send a few facts of earlier batches again: duplicates, which change nothing."""
    for table, key in KEYS.items():
        own = {row[key] for row in batch.get(table, [])}
        earlier = [row for before in world.batches[:number] for row in before.get(table, [])]
        for row in earlier:
            if row[key] not in own and world.values.chance(0.03):
                own.add(row[key])
                world.add(number, table, row)


def _shuffle(world: World) -> None:
    """Facts come in any order; descriptions and discounts keep theirs, for the latest applies."""
    for batch in world.batches:
        for table in KEYS:
            if table in batch:
                world.values.rng.shuffle(batch[table])
