"""A small provider as files, and a home that they are loaded into."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sodu
from sodu.warehouse.engine import Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.opening import open_warehouse
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.settings import Settings

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(sodu.__file__).parents[1])}
"""For programs that tests start."""

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SETTINGS = Settings("Asia/Ho_Chi_Minh", "500MB", 2)
_START = datetime(2026, 9, 29, 0, 0, tzinfo=UTC)

FACTS = ("charges", "credit_entries")
TABLES = (
    "applied",
    "meta",
    *(f"{kind}_keys" for kind in ("partner", "account", "service", "currency")),
    *(f"{kind}_versions" for kind in ("partner", "account", "service", "discount")),
    *FACTS,
    *(rollup.name for fact in FACTS for rollup in ROLLUPS[fact]),
)


def write(folder: Path, table: str, rows: list[dict[str, Any]]) -> Path:
    """A table as the contract's CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def descriptions(folder: Path, accounts: int = 3) -> Path:
    """Two partners, their own accounts and some customers, and two services."""
    write(folder, "partners", [{"partner_id": partner, "name": f"Đại lý {partner}"} for partner in ("P1", "P2")])
    rows = [
        {
            "account_id": f"{partner}-{number}",
            "account_type": "customer" if number else "partner",
            "partner_id": partner,
            "name": f"Account {number} of {partner}",
            "billing_mode": "prepaid",
            "status": "active",
            "managed_from": "2026-01-01",
        }
        for partner in ("P1", "P2")
        for number in range(accounts)
    ]
    write(folder, "accounts", rows)
    write(
        folder, "services", [{"service_id": s, "name": s.title(), "product_group": "All"} for s in ("disk", "server")]
    )
    return folder


def charges(folder: Path, first: int, count: int) -> Path:
    """Charges numbered from `first`, over three months, of customers."""
    rows = []
    for number in range(first, first + count):
        partner = f"P{number % 2 + 1}"
        rows.append(
            {
                "charge_id": f"k{number:06}",
                "account_id": f"{partner}-{number % 2 + 1}",
                "partner_id": partner,
                "service_id": "disk" if number % 3 else "server",
                "occurred_at": (_START + timedelta(hours=7 * (number % 230))).isoformat(),
                "charge_type": "usage",
                "list_amount": f"{number}.123456789012",
                "partner_amount": f"{number}.1",
                "customer_amount": f"{number}.5",
                "currency": "USD" if number % 5 == 0 else "VND",
            }
        )
    return write(folder, "charges", rows)


def entries(folder: Path, first: int, count: int) -> Path:
    """Transfers of two legs each, from a partner's own account to a customer's."""
    rows = []
    for number in range(first, first + count):
        partner = f"P{number % 2 + 1}"
        for leg, kind in enumerate(("transfer_out", "transfer_in")):
            rows.append(
                {
                    "entry_id": f"e{number:06}-{leg}",
                    "account_id": f"{partner}-{leg}",
                    "partner_id": partner,
                    "occurred_at": (_START + timedelta(hours=number * 37 % 1600)).isoformat(),
                    "kind": kind,
                    "amount": f"{'' if leg else '-'}{number + 1}.000000000001",
                    "currency": "VND",
                    "counterparty_account_id": f"{partner}-{1 - leg}",
                    "transfer_id": f"t{number:06}",
                }
            )
    return write(folder, "credit_entries", rows)


def loaded(home: Home, *paths: Path, **request: Any) -> list[int]:
    """Load files; the numbers of their batches."""
    report = load(home, LoadRequest(paths=paths, **request), "tester", NOW)
    return [batch.seq for batch in report.batches if batch.seq is not None]


def small_home(path: Path, database: str = "") -> Home:
    """A home with descriptions (1 to 3), entries (4), and two batches of charges (5, 6)."""
    home = Home.create(path / "home", replace(SETTINGS, database=database))
    loaded(home, descriptions(path / "in"))
    loaded(home, entries(path / "in", 0, 40))
    loaded(home, charges(path / "in", 0, 300))
    loaded(home, charges(path / "more", 300, 300))
    return home


def contents(home: Home, tables: tuple[str, ...] = TABLES) -> dict[str, list[dict[str, Any]]]:
    """All that the warehouse holds, in its order on disk."""
    with open_warehouse(home, Journal(home)) as warehouse:
        return {table: warehouse.engine.rows(Query(f"SELECT * FROM {table}")) for table in tables}


def size(name: str, default: int) -> int:
    """How much of something a test does: a few in the suite, more on demand."""
    return int(os.environ.get(name, default))


def home_on(url: str, path: Path) -> Home:
    """A new home whose journal is in a database."""
    return Home.create(path / "home", replace(SETTINGS, database=url))
