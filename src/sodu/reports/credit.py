"""What the three credit reports share: their listing's columns and their totals."""

from __future__ import annotations

from sodu.reports import vocabulary as v
from sodu.reports.column import Column, Kind
from sodu.reports.report import Field
from sodu.reports.sql import fragments
from sodu.values.text import Text, mark as _

MEASURES: dict[str, Text] = {
    "topped_up": _("Topped up"),
    "granted": _("Granted"),
    "transferred_in": _("Transferred in"),
    "transferred_out": _("Transferred out"),
    "used": _("Used"),
    "refunded": _("Refunded"),
    "expired": _("Expired"),
    "adjusted": _("Adjusted"),
}

OPENING = v.money("opening", _("Opening balance"))
CLOSING = v.money("closing", _("Closing balance"))


def measure_columns(*names: str) -> tuple[Column, ...]:
    """The columns of some credit measures."""
    return tuple(v.money(name, MEASURES[name]) for name in names)


def listing_fields(sign: str) -> tuple[Field, ...]:
    """The columns of a credit listing; `sign` turns an amount as it changes the balance into the one shown."""
    return (
        v.OCCURRED_AT,
        v.ACCOUNT_ID,
        v.ACCOUNT_NAME,
        v.ACCOUNT_TYPE,
        Field(Column("kind", _("Kind"), Kind.CHOICE, choices=v.KINDS), "f.kind"),
        v.SERVICE_ID,
        v.identifier("charge_id", _("Charge"), "f.charge_id"),
        v.text("reference", _("Reference"), "f.reference"),
        v.identifier("counterparty_account_id", _("Counterparty"), "pk.account_id"),
        v.text(
            "counterparty_name",
            _("Counterparty name"),
            f"CASE WHEN f.counterparty IS NOT NULL THEN coalesce(p.name, {fragments.UNASSIGNED}) END",
        ),
        v.DESCRIPTION,
        v.CURRENCY,
        Field(v.AMOUNT, f"{sign}f.amount"),
        Field(v.money("balance_after", _("Balance after")), "b.balance_after", sortable=False),
        v.identifier("entry_id", _("Entry"), "f.entry_id"),
    )
