"""Columns that several reports share: one name, one label, one kind each."""

from __future__ import annotations

from sodu.reports.column import Column, Kind
from sodu.reports.report import Field
from sodu.reports.sql import fragments
from sodu.values.text import Text, mark as _

ACCOUNT_TYPES = (("partner", _("Partner")), ("customer", _("Customer")), ("both", _("Both")))
KINDS = (
    ("topup", _("Top-up")),
    ("grant", _("Grant")),
    ("transfer_in", _("Transfer in")),
    ("transfer_out", _("Transfer out")),
    ("usage", _("Usage")),
    ("refund", _("Refund")),
    ("expiry", _("Expiry")),
    ("adjustment", _("Adjustment")),
)
CHARGE_TYPES = (
    ("new", _("New")),
    ("renew", _("Renewal")),
    ("resize", _("Resize")),
    ("usage", _("Usage")),
    ("refund", _("Refund")),
    ("correction", _("Correction")),
)
BILLING_MODES = (("prepaid", _("Prepaid")), ("postpaid", _("Postpaid")))
DECISIONS = (("approved", _("Approved")), ("rejected", _("Rejected")))
STATUSES = (
    ("awaiting_approval", _("Awaiting approval")),
    ("rejected", _("Rejected")),
    ("awaiting_activation", _("Awaiting activation")),
    ("active", _("Active")),
    ("expired", _("Expired")),
    ("cancelled", _("Cancelled")),
)

CREDIT = _("Credit report")
DISCOUNT = _("Discount report")
REVENUE = _("Revenue report")


def money(name: str, label: Text) -> Column:
    """A column of amounts."""
    return Column(name, label, Kind.MONEY)


def count(name: str, label: Text) -> Column:
    """A column of whole numbers."""
    return Column(name, label, Kind.COUNT)


def text(name: str, label: Text, sql: str, *, sortable: bool = True) -> Field:
    """A column of text."""
    return Field(Column(name, label, Kind.TEXT), sql, sortable)


def identifier(name: str, label: Text, sql: str) -> Field:
    """A column of ids."""
    return Field(Column(name, label, Kind.ID), sql)


ACCOUNT_ID = identifier("account_id", _("Account"), "a.account_id")
ACCOUNT_NAME = text("account_name", _("Account name"), f"coalesce(a.name, {fragments.UNASSIGNED})")
ACCOUNT_TYPE_COLUMN = Column("account_type", _("Account type"), Kind.CHOICE, choices=ACCOUNT_TYPES)
ACCOUNT_TYPE = Field(ACCOUNT_TYPE_COLUMN, fragments.ACCOUNT_TYPE)
SERVICE_ID = identifier("service_id", _("Service"), "s.service_id")
SERVICE_NAME = text("service_name", _("Service name"), f"coalesce(s.name, {fragments.UNASSIGNED})")
PRODUCT_GROUP = text("product_group", _("Product group"), "s.product_group")
CURRENCY = Field(Column("currency", _("Currency"), Kind.CURRENCY), "c.code")
OCCURRED_AT = Field(Column("occurred_at", _("Occurred at"), Kind.INSTANT), "f.occurred_at")
DESCRIPTION = text("description", _("Description"), "f.description")

BUCKETS = {
    "day": Column("day", _("Day"), Kind.BUCKET),
    "week": Column("week", _("Week"), Kind.BUCKET),
    "month": Column("month", _("Month"), Kind.BUCKET),
    "quarter": Column("quarter", _("Quarter"), Kind.BUCKET),
}

TOTAL_KEYS = (ACCOUNT_TYPE_COLUMN, CURRENCY.column)
ELIMINATED = money("eliminated", _("Internal transfers eliminated"))
AMOUNT = money("amount", _("Amount"))
