"""Many files in one load: their rows are read as one, and stay those of their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.store import batch_path

CHARGE = {
    "charge_id": "",
    "account_id": "C2",
    "partner_id": "P",
    "service_id": "s1",
    "occurred_at": "2026-10-05T08:00:00+07:00",
    "list_amount": "100",
    "partner_amount": "70",
    "customer_amount": "80.5",
    "currency": "VND",
}


def files(**accounts: str) -> dict[str, str]:
    """A row a file: CSV counts its header as a row, JSON lines have none."""
    made = {}
    for number in range(30):
        row = CHARGE | {"charge_id": f"c{number}", "account_id": accounts.get(f"c{number}", "C2")}
        made[f"charges-{number}.csv"] = f"{','.join(row)}\n{','.join(row.values())}\n"
    for number in range(12):
        row = CHARGE | {"charge_id": f"j{number}", "account_id": accounts.get(f"j{number}", "C2")}
        made[f"charges-{number}.jsonl"] = json.dumps(row) + "\n"
    return made


@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_named_in_its_file(errors_of: Callable) -> None:
    assert sorted(errors_of(files(c17="nobody", j11="nobody"))) == [
        ("charges-11.jsonl", 1, "account_id", "unknown_account"),
        ("charges-17.csv", 2, "account_id", "unknown_account"),
    ]


def test_each_batch_has_the_rows_of_its_file(world: Callable, home: Home) -> None:
    report = world(files())
    recorded = {batch.seq: batch for batch in Journal(home).batches()}
    assert len(report.batches) == 42
    for batch in report.batches:
        (row,) = pq.read_table(batch_path(home, recorded[batch.seq].batch_sha256)).to_pylist()
        name = Path(batch.file)
        assert row["charge_id"] == name.stem.replace("charges-", name.suffix[1])
