"""The contract's rules, asked of generated batches: what the generator makes must be loadable."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from .periods import day_of
from .rows import TABLES, TextRow

AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,12})?")
RATE = re.compile(r"(0|1)(\.[0-9]{1,9})?")
QUANTITY = re.compile(r"-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,15})?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
IDS = re.compile(r"\S|\S.{0,126}\S")
SIGNS = {
    "topup": 1,
    "grant": 1,
    "transfer_in": 1,
    "transfer_out": -1,
    "usage": -1,
    "refund": 1,
    "expiry": -1,
}
KEYS = {
    "partners": ("partner_id",),
    "accounts": ("account_id", "managed_from"),
    "services": ("service_id",),
    "discounts": ("discount_id",),
    "credit_entries": ("entry_id",),
    "charges": ("charge_id",),
}

Rows = dict[tuple[str, ...], TextRow]


def broken_rules(batches: Sequence[Mapping[str, Sequence[TextRow]]]) -> Iterator[str]:
    """What each batch, loaded after those before it, breaks."""
    record: dict[str, Rows] = {table: {} for table in TABLES}
    for number, batch in enumerate(batches):
        for table in TABLES:
            yield from (f"batch {number}: {error}" for error in _added(record[table], table, batch))
        checks = (_forms, _management, _entries, _transfers, _charges, _prepaid_balances)
        for check in checks:
            yield from (f"batch {number}: {error}" for error in check(record))


def _added(known: Rows, table: str, batch: Mapping[str, Sequence[TextRow]]) -> Iterator[str]:
    keys = [tuple(row[name] for name in KEYS[table]) for row in batch.get(table, ())]
    yield from (f"{table} {key} twice in a batch" for key, count in Counter(keys).items() if count > 1)
    for key, row in zip(keys, batch.get(table, ()), strict=True):
        if table in ("credit_entries", "charges") and known.get(key, row) != row:
            yield f"{table} {key} conflicts"
        known[key] = row


def _forms(record: Mapping[str, Rows]) -> Iterator[str]:
    """Each value is written as its type must be."""
    for table, rows in record.items():
        for row in rows.values():
            for name, value in row.items():
                if value and not _well_formed(name, value):
                    yield f"{table}.{name}: {value!r}"


def _well_formed(name: str, value: str) -> bool:
    forms: Sequence[tuple[Callable[[str], bool], re.Pattern[str]]] = (
        (lambda n: n.endswith("amount"), AMOUNT),
        (lambda n: n.endswith("rate"), RATE),
        (lambda n: n == "quantity", QUANTITY),
        (lambda n: n.endswith("_at") or n in ("service_from", "service_to"), INSTANT),
        (lambda n: n.endswith("_id"), IDS),
    )
    allowed = "\t\n" if name == "description" else ""
    controls = any((c < " " or "\x7f" <= c <= "\x9f") and c not in allowed for c in value)
    return not controls and all(form.fullmatch(value) for applies, form in forms if applies(name))


def _management(record: Mapping[str, Rows]) -> Iterator[str]:
    """A fact's account was managed by its partner on its day."""
    for table in ("credit_entries", "charges"):
        for row in record[table].values():
            day = day_of(datetime.fromisoformat(row["occurred_at"]))
            if not any(_manages(a, row, day) for a in record["accounts"].values()):
                yield f"{table}: {row['account_id']!r} is not managed by {row['partner_id']!r} on {day}"


def _manages(account: TextRow, row: TextRow, day: date) -> bool:
    return (
        account["account_id"] == row["account_id"]
        and account["partner_id"] == row["partner_id"]
        and date.fromisoformat(account["managed_from"]) <= day
        and (not account["managed_to"] or day < date.fromisoformat(account["managed_to"]))
    )


def _entries(record: Mapping[str, Rows]) -> Iterator[str]:
    for row in record["credit_entries"].values():
        amount = Decimal(row["amount"])
        original = record["credit_entries"].get((row["reverses_entry_id"],))
        if amount == 0:
            yield f"{row['entry_id']!r} is 0"
        if row["reverses_entry_id"]:
            same = ("kind", "account_id", "currency")
            if original is None or any(original[name] != row[name] for name in same):
                yield f"{row['entry_id']!r} reverses no such entry"
            elif original["reverses_entry_id"] or (Decimal(original["amount"]) > 0) == (amount > 0):
                yield f"{row['entry_id']!r} does not reverse"
        elif amount * SIGNS.get(row["kind"], amount.as_tuple().sign * -2 + 1) <= 0:
            yield f"{row['entry_id']!r} has the wrong sign"


def _transfers(record: Mapping[str, Rows]) -> Iterator[str]:
    legs: dict[str, list[TextRow]] = {}
    for row in record["credit_entries"].values():
        if row["transfer_id"]:
            legs.setdefault(row["transfer_id"], []).append(row)
        elif row["kind"].startswith("transfer"):
            yield f"{row['entry_id']!r} has no transfer"
    for transfer, pair in legs.items():
        if len(pair) != 2 or not _matched(*pair):
            yield f"transfer {transfer!r} has unequal legs"


def _matched(one: TextRow, other: TextRow) -> bool:
    return (
        {one["kind"], other["kind"]} == {"transfer_in", "transfer_out"}
        and one["currency"] == other["currency"]
        and datetime.fromisoformat(one["occurred_at"]) == datetime.fromisoformat(other["occurred_at"])
        and Decimal(one["amount"]) + Decimal(other["amount"]) == 0
        and one["counterparty_account_id"] == other["account_id"]
        and other["counterparty_account_id"] == one["account_id"]
    )


def _charges(record: Mapping[str, Rows]) -> Iterator[str]:
    types = {a["account_id"]: a["account_type"] for a in record["accounts"].values()}
    for row in record["charges"].values():
        if (row["service_id"],) not in record["services"]:
            yield f"{row['charge_id']!r} names no such service"
        if row["charge_type"] == "correction" and (row["corrects_charge_id"],) not in record["charges"]:
            yield f"{row['charge_id']!r} corrects no such charge"
        own = types[row["account_id"]] == "partner"
        if own and Decimal(row["partner_amount"]) != Decimal(row["customer_amount"]):
            yield f"{row['charge_id']!r} is a partner's own but has another customer amount"
        for owner in ("partner", "customer"):
            discount = row[f"{owner}_discount_id"]
            if discount and (discount,) not in record["discounts"]:
                yield f"{row['charge_id']!r} captured no such discount"


def _prepaid_balances(record: Mapping[str, Rows]) -> Iterator[str]:
    """Prepaid balances never fall below 0 at the end of an instant."""
    prepaid = {a["account_id"] for a in record["accounts"].values() if a["billing_mode"] == "prepaid"}
    entries = sorted(record["credit_entries"].values(), key=_instant)
    balances: dict[tuple[str, str], Decimal] = {}
    for number, row in enumerate(entries):
        key = (row["account_id"], row["currency"])
        balances[key] = balances.get(key, Decimal(0)) + Decimal(row["amount"])
        ends = number + 1 == len(entries) or _instant(entries[number + 1]) > _instant(row)
        if ends and any(b < 0 for (account, _), b in balances.items() if account in prepaid):
            yield f"a prepaid balance is negative after {row['entry_id']!r}"


def _instant(row: TextRow) -> datetime:
    return datetime.fromisoformat(row["occurred_at"])
