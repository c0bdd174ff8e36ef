"""The six tables of the contract as typed rows, and the record as known after N batches."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from .periods import ZONE

TextRow = Mapping[str, str]
Batch = Mapping[str, Sequence[TextRow]]

TABLES = ("partners", "accounts", "services", "discounts", "credit_entries", "charges")


@dataclass(frozen=True)
class Account:
    """The description of an account over one range of management."""

    id: str
    type: str
    partner: str
    name: str
    billing_mode: str | None
    managed_from: date


@dataclass(frozen=True)
class Service:
    """A service as last described."""

    id: str
    name: str
    product_group: str | None


@dataclass(frozen=True)
class Discount:
    """A discount in its latest known version."""

    id: str
    owner: str
    partner: str
    account: str | None
    service: str | None
    product_group: str | None
    rate: Decimal
    requested_at: datetime
    decided_at: datetime | None
    decision: str | None
    active_from: date
    active_to: date | None
    cancelled_at: datetime | None
    deal: str | None


@dataclass(frozen=True)
class Entry:
    """One movement of credit."""

    id: str
    account: str
    partner: str
    at: datetime
    kind: str
    amount: Decimal
    currency: str
    service: str | None
    counterparty: str | None
    transfer: str | None
    charge: str | None
    reverses: str | None
    reference: str | None
    description: str | None


@dataclass(frozen=True)
class Charge:
    """One sold line; `texts` holds the columns that are only shown."""

    id: str
    account: str
    partner: str
    service: str
    at: datetime
    service_from: datetime | None
    service_to: datetime | None
    quantity: Decimal | None
    list_amount: Decimal
    partner_amount: Decimal
    customer_amount: Decimal
    tax_amount: Decimal | None
    currency: str
    order: str | None
    partner_discount: str | None
    customer_discount: str | None
    partner_discount_rate: Decimal | None
    customer_discount_rate: Decimal | None
    texts: Mapping[str, str | None]


@dataclass(frozen=True)
class Record:
    """All that is known: facts once each, descriptions and discounts in their latest version."""

    accounts: Mapping[str, Account]
    ranges: Sequence[Account]
    services: Mapping[str, Service]
    discounts: Sequence[Discount]
    entries: Sequence[Entry]
    charges: Sequence[Charge]

    def as_seen_by(self, partner: str | None) -> "Record":
        """The record with accounts as a partner knows them: by its own ranges of management, others without a name."""
        if partner is None:
            return self
        hidden = {a.id: replace(a, name="(unassigned)") for a in self.accounts.values()}
        mine = _latest_range([a for a in self.ranges if a.partner == partner])
        return replace(self, accounts=hidden | mine)


def known(batches: Sequence[Batch]) -> Record:
    """The record after these batches."""
    ranges = _latest(batches, "accounts", _account, ("account_id", "managed_from"))
    return Record(
        accounts=_latest_range(ranges),
        ranges=ranges,
        services={s.id: s for s in _latest(batches, "services", _service, ("service_id",))},
        discounts=_latest(batches, "discounts", _discount, ("discount_id",)),
        entries=[_entry(row) for row in _facts(batches, "credit_entries", "entry_id")],
        charges=[_charge(row) for row in _facts(batches, "charges", "charge_id")],
    )


def read_folder(folder: Path) -> dict[str, list[TextRow]]:
    """A batch from a folder of CSV files."""
    batch: dict[str, list[TextRow]] = {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as file:
                batch[table] = list(csv.DictReader(file))
    return batch


def _facts(batches: Sequence[Batch], table: str, key: str) -> list[TextRow]:
    """Facts never change: the same id again must be the same row."""
    facts: dict[str, TextRow] = {}
    for batch in batches:
        for row in batch.get(table, ()):
            if facts.setdefault(row[key], row) != row:
                raise ValueError(f"{table}: conflict on {row[key]!r}")
    return list(facts.values())


Made = TypeVar("Made")


def _latest(batches: Sequence[Batch], table: str, make: Callable[[TextRow], Made], key: Sequence[str]) -> list[Made]:
    """The latest version of each row."""
    versions: dict[tuple[str, ...], TextRow] = {}
    for batch in batches:
        for row in batch.get(table, ()):
            versions[tuple(row[name] for name in key)] = row
    return [make(row) for row in versions.values()]


def _latest_range(ranges: Sequence[Account]) -> dict[str, Account]:
    """Each account as its latest range of management describes it."""
    return {a.id: a for a in sorted(ranges, key=lambda a: a.managed_from)}


def _account(row: TextRow) -> Account:
    return Account(
        row["account_id"],
        row["account_type"],
        row["partner_id"],
        row["name"],
        _text(row, "billing_mode"),
        date.fromisoformat(row["managed_from"]),
    )


def _service(row: TextRow) -> Service:
    return Service(row["service_id"], row["name"], _text(row, "product_group"))


def _discount(row: TextRow) -> Discount:
    return Discount(
        id=row["discount_id"],
        owner=row["owner"],
        partner=row["partner_id"],
        account=_text(row, "account_id"),
        service=_text(row, "service_id"),
        product_group=_text(row, "product_group"),
        rate=Decimal(row["rate"]),
        requested_at=_required_instant(row, "requested_at"),
        decided_at=_instant(row, "decided_at"),
        decision=_text(row, "decision"),
        active_from=date.fromisoformat(row["active_from"]),
        active_to=_day(row, "active_to"),
        cancelled_at=_instant(row, "cancelled_at"),
        deal=_text(row, "deal_id"),
    )


def _entry(row: TextRow) -> Entry:
    return Entry(
        id=row["entry_id"],
        account=row["account_id"],
        partner=row["partner_id"],
        at=_required_instant(row, "occurred_at"),
        kind=row["kind"],
        amount=Decimal(row["amount"]),
        currency=row["currency"],
        service=_text(row, "service_id"),
        counterparty=_text(row, "counterparty_account_id"),
        transfer=_text(row, "transfer_id"),
        charge=_text(row, "charge_id"),
        reverses=_text(row, "reverses_entry_id"),
        reference=_text(row, "reference"),
        description=_text(row, "description"),
    )


_SHOWN = ("sku", "description", "order_id", "invoice_id", "charge_type", "unit", "corrects_charge_id")


def _charge(row: TextRow) -> Charge:
    return Charge(
        id=row["charge_id"],
        account=row["account_id"],
        partner=row["partner_id"],
        service=row["service_id"],
        at=_required_instant(row, "occurred_at"),
        service_from=_instant(row, "service_from"),
        service_to=_instant(row, "service_to"),
        quantity=_decimal(row, "quantity"),
        list_amount=Decimal(row["list_amount"]),
        partner_amount=Decimal(row["partner_amount"]),
        customer_amount=Decimal(row["customer_amount"]),
        tax_amount=_decimal(row, "tax_amount"),
        currency=row["currency"],
        order=_text(row, "order_id"),
        partner_discount=_text(row, "partner_discount_id"),
        customer_discount=_text(row, "customer_discount_id"),
        partner_discount_rate=_decimal(row, "partner_discount_rate"),
        customer_discount_rate=_decimal(row, "customer_discount_rate"),
        texts={name: _text(row, name) for name in _SHOWN},
    )


def _text(row: TextRow, name: str) -> str | None:
    return row.get(name) or None  # empty means unknown


def _decimal(row: TextRow, name: str) -> Decimal | None:
    text = _text(row, name)
    return None if text is None else Decimal(text)


def _day(row: TextRow, name: str) -> date | None:
    text = _text(row, name)
    return None if text is None else date.fromisoformat(text)


def _instant(row: TextRow, name: str) -> datetime | None:
    text = _text(row, name)
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{name} without an offset: {text}")
    return instant.astimezone(ZONE)


def _required_instant(row: TextRow, name: str) -> datetime:
    instant = _instant(row, name)
    if instant is None:
        raise ValueError(f"{name} is required")
    return instant
