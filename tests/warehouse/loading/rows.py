"""Rows that the contract allows in the small world, and ways to make one of them bad."""

import io
import zipfile

CHARGES = (
    "charge_id,account_id,partner_id,service_id,occurred_at,charge_type,list_amount,partner_amount,customer_amount"
)
CHARGES += ",currency"
CHARGE = {
    "charge_id": "k1",
    "account_id": "C2",
    "partner_id": "P",
    "service_id": "s1",
    "occurred_at": "2026-10-05T08:00:00+07:00",
    "charge_type": "new",
    "list_amount": "100",
    "partner_amount": "70",
    "customer_amount": "80.5",
    "currency": "VND",
}
ENTRY = {
    "entry_id": "e1",
    "account_id": "C2",
    "partner_id": "P",
    "occurred_at": "2026-10-05T08:00:00Z",
    "kind": "topup",
    "amount": "5",
    "currency": "VND",
}
OUT = ENTRY | {"kind": "transfer_out", "amount": "-5", "counterparty_account_id": "own", "transfer_id": "t"}
IN = OUT | {
    "entry_id": "e2",
    "account_id": "own",
    "kind": "transfer_in",
    "amount": "5",
    "counterparty_account_id": "C2",
}
DISCOUNT = {
    "discount_id": "d1",
    "owner": "customer",
    "partner_id": "P",
    "account_id": "C2",
    "service_id": "s1",
    "rate": "0.1",
    "requested_at": "2026-10-05T08:00:00Z",
    "active_from": "2026-10-06",
}
ACCOUNT = {
    "account_id": "C3",
    "account_type": "customer",
    "partner_id": "P",
    "name": "Three",
    "billing_mode": "prepaid",
    "status": "active",
    "managed_from": "2026-01-01",
}


def csv_of(*rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names)]
    for row in rows:
        cells = [row.get(name, "") for name in names]
        quoted = ['"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell for cell in cells]
        lines.append(",".join(quoted))
    return "\n".join(lines) + "\n"


def value(column: str, text: str, code: str, row: dict[str, str] = CHARGE) -> tuple:
    """One bad value in a second row."""
    table = {"charge_id": "charges", "entry_id": "credit_entries", "discount_id": "discounts"}.get(
        next(iter(row)), "accounts"
    )
    key = next(iter(row))
    good = row | {key: "good"}
    bad = row | {column: text}
    return f"{column} {text[:40]!r}", {f"{table}.csv": csv_of(good, bad)}, (f"{table}.csv", 3, column, code)


def charges(name: str, text: str | bytes, row: int | None, column: str | None, code: str) -> tuple:
    """A bad file of charges."""
    return name, {"charges.csv": text}, ("charges.csv", row, column, code)


def entries(name: str, *rows: dict[str, str], at: tuple[int, str, str]) -> tuple:
    return name, {"credit_entries.csv": csv_of(*rows)}, ("credit_entries.csv", *at)


LINE = ",".join(CHARGE.values())
GOOD = f"{CHARGES}\n{LINE}\n"


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return content.getvalue()
