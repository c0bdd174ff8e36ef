"""The six tables of the contract, declared once: every column, its type and its rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sodu.values.text import Text, mark as _


class Type(StrEnum):
    """What a column's text must be, and what it becomes."""

    ID = "id"
    TEXT = "text"
    LONG_TEXT = "long text"
    """Text that may hold tabs and newlines."""
    AMOUNT = "amount"
    RATE = "rate"
    QUANTITY = "quantity"
    INSTANT = "instant"
    DAY = "day"
    CURRENCY = "currency"
    CHOICE = "choice"


SQL_TYPES = {
    Type.ID: "VARCHAR",
    Type.TEXT: "VARCHAR",
    Type.LONG_TEXT: "VARCHAR",
    Type.AMOUNT: "DECIMAL(38,12)",
    Type.RATE: "DECIMAL(10,9)",
    Type.QUANTITY: "DECIMAL(38,15)",
    Type.INSTANT: "TIMESTAMP",
    Type.DAY: "DATE",
    Type.CURRENCY: "VARCHAR",
    Type.CHOICE: "VARCHAR",
}
"""The type of a column in a batch; instants are UTC without a zone."""


@dataclass(frozen=True)
class Field:
    """One column of the contract."""

    name: str
    type: Type
    meaning: Text
    required: bool = False
    choices: tuple[str, ...] = ()
    mutable: bool = False
    """Whether a later version of the row may change it (descriptions only)."""


@dataclass(frozen=True)
class Table:
    """One table of the contract. Facts are append-only; descriptions are versioned by batch."""

    name: str
    title: Text
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    is_fact: bool = False
    derived: tuple[tuple[str, str], ...] = ()
    """What the load adds to a batch's rows from the record, as (name, SQL type)."""

    def field(self, name: str) -> Field:
        """The column of that name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns that are money: control totals are kept of each, by currency."""
        return tuple(field.name for field in self.fields if field.type is Type.AMOUNT)


EXTRA = "extra"
"""The column of a batch that keeps the `x_…` columns as a JSON object; null where there are none."""


def _id(name: str, meaning: Text, *, required: bool = False) -> Field:
    return Field(name, Type.ID, meaning, required)


PARTNERS = Table(
    "partners",
    _("Partners"),
    ("partner_id",),
    (
        _id("partner_id", _("The partner"), required=True),
        Field("name", Type.TEXT, _("Its name"), required=True, mutable=True),
    ),
)

ACCOUNTS = Table(
    "accounts",
    _("Service accounts, and who managed them when"),
    ("account_id", "managed_from"),
    (
        _id("account_id", _("The service account"), required=True),
        Field("account_type", Type.CHOICE, _("The partner's own, or a customer's"), True, ("partner", "customer")),
        _id("partner_id", _("The partner that manages it"), required=True),
        Field("name", Type.TEXT, _("Its name"), required=True, mutable=True),
        Field("email", Type.TEXT, _("Its e-mail address"), mutable=True),
        Field("billing_mode", Type.CHOICE, _("Paid before or after use"), False, ("prepaid", "postpaid")),
        Field("status", Type.CHOICE, _("Its state"), False, ("pending", "active", "rejected", "closed"), mutable=True),
        Field("managed_from", Type.DAY, _("First day under the partner"), required=True),
        Field("managed_to", Type.DAY, _("The day after the last one; empty while managed"), mutable=True),
    ),
)

SERVICES = Table(
    "services",
    _("Services"),
    ("service_id",),
    (
        _id("service_id", _("The service"), required=True),
        Field("name", Type.TEXT, _("Its name"), required=True, mutable=True),
        Field("product_group", Type.TEXT, _("The group of products that it belongs to")),
    ),
)

DISCOUNTS = Table(
    "discounts",
    _("Discounts, as registered"),
    ("discount_id",),
    (
        _id("discount_id", _("The discount"), required=True),
        Field("owner", Type.CHOICE, _("The partner's own, or one for a customer"), True, ("partner", "customer")),
        _id("partner_id", _("The partner"), required=True),
        _id("account_id", _("The customer's account")),
        _id("service_id", _("The service that it is for")),
        Field("product_group", Type.TEXT, _("The product group that it is for; * for all")),
        Field("rate", Type.RATE, _("The share of the list price"), required=True),
        Field("requested_at", Type.INSTANT, _("When it was asked for"), required=True),
        Field("decided_at", Type.INSTANT, _("When it was decided"), mutable=True),
        Field("decision", Type.CHOICE, _("What was decided"), False, ("approved", "rejected"), mutable=True),
        Field("active_from", Type.DAY, _("First day, as asked for"), required=True),
        Field("active_to", Type.DAY, _("The day after the last one"), mutable=True),
        Field("cancelled_at", Type.INSTANT, _("When it was cancelled"), mutable=True),
        _id("deal_id", _("The deal that it is for")),
    ),
)

KIND_SIGNS = {
    "topup": 1,
    "grant": 1,
    "transfer_in": 1,
    "transfer_out": -1,
    "usage": -1,
    "refund": 1,
    "expiry": -1,
    "adjustment": 0,
}
"""The sign of an entry's amount by its kind; a reversal has the opposite one; 0 is either."""

CREDIT_ENTRIES = Table(
    "credit_entries",
    _("Credit entries: every movement of credit"),
    ("entry_id",),
    (
        _id("entry_id", _("The entry"), required=True),
        _id("account_id", _("The account whose balance it changes"), required=True),
        _id("partner_id", _("The partner that managed it on that day"), required=True),
        Field("occurred_at", Type.INSTANT, _("When it happened"), required=True),
        Field("kind", Type.CHOICE, _("Its kind"), True, tuple(KIND_SIGNS)),
        Field("amount", Type.AMOUNT, _("What it adds to the balance"), required=True),
        Field("currency", Type.CURRENCY, _("The currency of the amount"), required=True),
        _id("service_id", _("The service used")),
        _id("counterparty_account_id", _("The other account of a transfer")),
        _id("transfer_id", _("What its two legs share")),
        _id("charge_id", _("The charge that it pays")),
        _id("reverses_entry_id", _("The entry that it reverses")),
        Field("reference", Type.TEXT, _("The sender's reference")),
        Field("description", Type.LONG_TEXT, _("Description")),
    ),
    is_fact=True,
    derived=(
        ("own", "BOOLEAN"),
        ("listing", "VARCHAR"),
        ("counterparty_partner_id", "VARCHAR"),
        ("counterparty_own", "BOOLEAN"),
    ),
)

CHARGES = Table(
    "charges",
    _("Charges: every sold line"),
    ("charge_id",),
    (
        _id("charge_id", _("The charge"), required=True),
        _id("account_id", _("The account that was charged"), required=True),
        _id("partner_id", _("The partner that managed it on that day"), required=True),
        _id("service_id", _("The service sold"), required=True),
        Field("occurred_at", Type.INSTANT, _("When it was ordered or metered"), required=True),
        Field("service_from", Type.INSTANT, _("Start of the time that it is for")),
        Field("service_to", Type.INSTANT, _("End of that time, exclusive")),
        Field("order_id", Type.TEXT, _("The order")),
        Field("invoice_id", Type.TEXT, _("The invoice")),
        Field("resource_id", Type.TEXT, _("The resource")),
        Field("sku", Type.TEXT, _("The stock-keeping unit")),
        Field("description", Type.LONG_TEXT, _("Description")),
        Field(
            "charge_type",
            Type.CHOICE,
            _("What kind of charge"),
            False,
            ("new", "renew", "resize", "usage", "refund", "correction"),
        ),
        Field("quantity", Type.QUANTITY, _("How much was sold")),
        Field("unit", Type.TEXT, _("Of what")),
        Field("list_amount", Type.AMOUNT, _("At the public price, before tax"), required=True),
        Field("partner_amount", Type.AMOUNT, _("What the partner pays, before tax"), required=True),
        Field("customer_amount", Type.AMOUNT, _("What the customer pays, before tax"), required=True),
        Field("tax_amount", Type.AMOUNT, _("Tax on what the customer pays")),
        Field("currency", Type.CURRENCY, _("The currency of the amounts"), required=True),
        _id("partner_discount_id", _("The partner's discount, as captured")),
        _id("customer_discount_id", _("The customer's discount, as captured")),
        Field("partner_discount_rate", Type.RATE, _("The partner's rate, as captured")),
        Field("customer_discount_rate", Type.RATE, _("The customer's rate, as captured")),
        _id("corrects_charge_id", _("The charge that it corrects")),
    ),
    is_fact=True,
    derived=(("own", "BOOLEAN"),),
)

TABLES = (PARTNERS, ACCOUNTS, SERVICES, DISCOUNTS, CREDIT_ENTRIES, CHARGES)
"""In the order in which a folder is loaded: what is referred to comes first."""

BY_NAME = {table.name: table for table in TABLES}
