"""Answers to render: made of Arrow batches, without a warehouse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from sodu.reports.canonical import Digest
from sodu.reports.column import ARROW_TYPES, Column, Kind
from sodu.reports.table import Check, Header, ResultTable
from sodu.values.money import add
from sodu.values.text import Message, mark as _
from sodu.warehouse.engine import Known

KINDS = (("topup", _("Top-up")), ("usage", _("Usage")))
TYPES = (("partner", _("Partner")), ("customer", _("Customer")), ("both", _("Both")))
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1",
    'a,"b"\nc', "tab\there", "back\\slash", "a\r\nb", "", " leading", "trailing ", "_x0041_", "_x0041_x0042_", "my_xray",
    "nul\x00l", "\x01\x02\x0b\x1f", "\ufffe\uffff", "<&>\"'", "]]>", "Công ty Đối soát", "漢字かな", "e\u0301", "👩‍👩‍👧",
    "\u202egnp.exe", "\x1b[31mred", "'quoted", "1e5", "00012", "2026-10-01", "TRUE", "new", "\\N", "{x}", "%s", "x" * 500,
]  # fmt: skip

LISTING = (
    Column("occurred_at", _("Occurred at"), Kind.INSTANT),
    Column("account_id", _("Account"), Kind.ID),
    Column("account_name", _("Name"), Kind.TEXT),
    Column("kind", _("Kind"), Kind.CHOICE, choices=KINDS),
    Column("day", _("Day"), Kind.DAY),
    Column("month", _("Month"), Kind.BUCKET),
    Column("description", _("Description"), Kind.TEXT),
    Column("quantity", _("Quantity"), Kind.QUANTITY),
    Column("rate", _("Rate"), Kind.RATE),
    Column("currency", _("Currency"), Kind.CURRENCY),
    Column("amount", _("Amount"), Kind.MONEY),
    Column("amount_before", _("Amount"), Kind.MONEY, base="amount"),
    Column("amount_change_rate", _("Amount"), Kind.CHANGE_RATE, base="amount"),
    Column("entries", _("Entries"), Kind.COUNT),
    Column("balance_after", _("Balance after"), Kind.MONEY),
    Column("entry_id", _("Entry"), Kind.ID),
)
TOTALS = (
    Column("account_type", _("Account type"), Kind.CHOICE, choices=TYPES),
    Column("currency", _("Currency"), Kind.CURRENCY),
    Column("amount", _("Amount"), Kind.MONEY),
    Column("entries", _("Entries"), Kind.COUNT),
    Column("eliminated", _("Internal transfers eliminated"), Kind.MONEY),
)
DUST = [
    Decimal(text) for text in ("0", "0.000000000001", "-0.000000145301", "99999999999999.999999999999", "1234.5", "-7")
]


def listing_rows(count: int, currencies: tuple[str, ...] = ("VND", "USD")) -> list[dict]:
    """Rows with everything that may hurt, currencies by turns."""
    rows = []
    for index in range(count):
        text = HOSTILE[index % len(HOSTILE)]
        amount = DUST[index % len(DUST)]
        before = Decimal(0) if index % 4 == 0 else Decimal(index)
        missing = index % 11 == 10
        rows.append(
            {
                "occurred_at": datetime(2026, 9, 30, 16, 59, 59, 999999)
                + timedelta(microseconds=index // 2, hours=index * 37),
                "account_id": f"A{index % 7:05}",
                "account_name": None if missing else text,
                "kind": ("topup", "usage", "other")[index % 3],
                "day": None if missing else date(2026, 10, 1) + timedelta(days=index % 40),
                "month": "2026-10",
                "description": None if index % 3 else HOSTILE[(index * 7) % len(HOSTILE)],
                "quantity": None if missing else Decimal(index) / Decimal(8),
                "rate": Decimal("0.123456789") if index % 2 else Decimal("0.3"),
                "currency": currencies[index % len(currencies)],
                "amount": amount,
                "amount_before": before,
                "amount_change_rate": None if not before else Decimal("0.25"),
                "entries": index,
                "balance_after": None if missing else -amount,
                "entry_id": f"E{index}",
            }
        )
    return rows


def schema(columns: tuple[Column, ...]) -> pa.Schema:
    return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])


def answer(rows, columns=LISTING, *, grouped=False, size=1000, total_types=("both",), **changes) -> ResultTable:
    """A finished table over those rows, with totals as the report would state them."""
    table = pa.Table.from_pylist(rows, schema(columns))
    batches = table.to_batches(max_chunksize=size)
    currencies = tuple(sorted({row["currency"] for row in rows}))
    totals = [
        {
            "account_type": each,
            "currency": currency,
            "amount": add(*(row["amount"] for row in rows if row["currency"] == currency)) - 5,
            "entries": sum(row.get("entries") or 0 for row in rows if row["currency"] == currency),
            "eliminated": Decimal(5),
        }
        for currency in currencies
        for each in total_types
    ]
    digest = Digest(columns)
    digest.update_all(batches)
    fields = {
        "header": header(),
        "columns": columns,
        "batches": iter(batches),
        "total_columns": TOTALS,
        "totals": tuple(totals),
        "checks": (
            Check("formula", ok=True, detail=Message(_("holds for {count} rows"), {"count": len(rows)})),
            Check("closing", ok=False, detail=Message(_("differs"))),
        ),
        "row_count": len(rows),
        "currencies": currencies,
        "rows_by_currency": grouped,
        "sha256": digest.hexdigest(),
    }
    return ResultTable(**(fields | changes))


def header() -> Header:
    return Header(
        slug="credit-topped-up",
        title=_("Credits topped up"),
        conditions={"period": "2026-10", "account_type": "both"},
        sentences=(Message(_("Accounts: {names}"), {"names": "=A1 \x1b[31m\u202e"}),),
        period_start=date(2026, 10, 1),
        period_end=date(2026, 11, 1),
        period_over=True,
        zone="Asia/Ho_Chi_Minh",
        known=Known(7, (), "2026-11-02T03:04:05Z"),
        data_through=datetime(2026, 10, 31, 16, 59, 59, 999999),
    )
