"""The warehouse's tables: each column's type, and what of a batch it is made from."""

from __future__ import annotations

from dataclasses import dataclass

from sodu.warehouse.rollups import ROLLUPS

VERSION = "3"
"""A warehouse of another version is built anew."""


@dataclass(frozen=True)
class Column:
    """A column of the warehouse; `source` is an expression over a batch's columns."""

    name: str
    type: str
    source: str = ""
    key: str = ""
    """Where the source is an id: the kind of thing that it names; the column holds that thing's number."""
    is_unique: bool = False
    """Whether no two rows have the same text there: what looks for likeness would be at pains for nothing."""

    @property
    def declaration(self) -> str:
        """The column in a statement that makes the table."""
        return f"{self.name} {self.type}{' USING COMPRESSION zstd' if self.is_unique else ''}"

    @property
    def expression(self) -> str:
        """What fills the column in a query over a batch joined with the keys."""
        return f"{self.alias}.{self.key}" if self.key else self.source or f"b.{self.name}"

    @property
    def alias(self) -> str:
        """The name of the column's key table in that query."""
        return f"key_of_{self.name}"


def _key(name: str, source: str, kind: str = "", *, required: bool = False) -> Column:
    return Column(name, "INTEGER NOT NULL" if required else "INTEGER", source, kind or name)


def _plain(type_: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, type_) for name in names)


SEQ = Column("seq", "INTEGER NOT NULL", "$seq::INTEGER")
_OWN = Column("own", "BOOLEAN NOT NULL")
_AMOUNT, _RATE = "DECIMAL(38,12)", "DECIMAL(10,9)"

_FACT = (
    SEQ,
    Column("month", "INTEGER NOT NULL", "year(b.day) * 100 + month(b.day)"),
    Column("day", "DATE NOT NULL"),
    _key("partner", "partner_id", required=True),
    _key("account", "account_id", required=True),
    _OWN,
    _key("service", "service_id"),
    _key("currency", "currency", required=True),
    Column("occurred_at", "TIMESTAMP NOT NULL"),
)

CREDIT_ENTRIES = (
    *_FACT,
    Column("entry_id", "VARCHAR", is_unique=True),
    *_plain("VARCHAR", "kind", "listing"),
    *_plain(_AMOUNT, "amount"),
    _key("counterparty", "counterparty_account_id", "account"),
    _key("counterparty_partner", "counterparty_partner_id", "partner"),
    Column("counterparty_own", "BOOLEAN"),
    *_plain("VARCHAR", "transfer_id", "charge_id", "reverses_entry_id", "reference", "description"),
)

CHARGES = (
    *_FACT,
    Column("charge_id", "VARCHAR", is_unique=True),
    *_plain("TIMESTAMP", "service_from", "service_to"),
    *_plain("VARCHAR", "order_id", "invoice_id", "resource_id", "sku", "description", "charge_type"),
    *_plain("DECIMAL(38,15)", "quantity"),
    *_plain("VARCHAR", "unit"),
    *_plain(_AMOUNT, "list_amount", "partner_amount", "customer_amount", "tax_amount"),
    *_plain("VARCHAR", "partner_discount_id", "customer_discount_id"),
    *_plain(_RATE, "partner_discount_rate", "customer_discount_rate"),
    *_plain("VARCHAR", "corrects_charge_id"),
)

_DISCOUNT_VERSIONS = (
    SEQ,
    *_plain("VARCHAR", "discount_id", "owner"),
    _key("partner", "partner_id", required=True),
    _key("account", "account_id"),
    _key("service", "service_id"),
    *_plain("VARCHAR", "product_group"),
    *_plain(_RATE, "rate"),
    *_plain("TIMESTAMP", "requested_at", "decided_at"),
    *_plain("VARCHAR", "decision"),
    *_plain("DATE", "active_from", "active_to"),
    *_plain("TIMESTAMP", "cancelled_at"),
    *_plain("VARCHAR", "deal_id"),
)

_ACCOUNT_VERSIONS = (
    SEQ,
    _key("account", "account_id", required=True),
    Column("own", "BOOLEAN NOT NULL", "b.account_type = 'partner'"),
    _key("partner", "partner_id", required=True),
    *_plain("VARCHAR", "name", "email", "billing_mode", "status"),
    *_plain("DATE", "managed_from", "managed_to"),
)


@dataclass(frozen=True)
class Target:
    """Where the batches of one table of the contract go."""

    name: str
    columns: tuple[Column, ...]
    is_fact: bool = False
    order: str = ""


TARGETS = {
    "partners": Target(
        "partner_versions", (SEQ, _key("partner", "partner_id", required=True), *_plain("VARCHAR", "name"))
    ),
    "accounts": Target("account_versions", _ACCOUNT_VERSIONS),
    "services": Target(
        "service_versions",
        (SEQ, _key("service", "service_id", required=True), *_plain("VARCHAR", "name", "product_group")),
    ),
    "discounts": Target("discount_versions", _DISCOUNT_VERSIONS),
    "credit_entries": Target(
        "credit_entries", CREDIT_ENTRIES, is_fact=True, order="month, partner, occurred_at, entry_id"
    ),
    "charges": Target("charges", CHARGES, is_fact=True, order="month, partner, occurred_at, charge_id"),
}
"""By table of the contract. `order` is that of the rows on disk: what a question meets lies together."""

KEYS = {"partner": "partner_id", "account": "account_id", "service": "service_id", "currency": "code"}
"""The things that have numbers: in facts they stand as small integers."""


def statements() -> list[str]:
    """The statements that make an empty warehouse."""
    made = [
        "CREATE TABLE meta (name VARCHAR, value VARCHAR)",
        "CREATE TABLE applied (seq INTEGER, table_name VARCHAR, rows BIGINT, batch_sha256 VARCHAR, totals VARCHAR)",
        "CREATE TABLE fragments (fact VARCHAR, month INTEGER, fragments INTEGER, added BIGINT, rows BIGINT)",
    ]
    made += [
        f"CREATE TABLE {kind}_keys ({kind} INTEGER NOT NULL, {id_} VARCHAR NOT NULL)" for kind, id_ in KEYS.items()
    ]
    for target in TARGETS.values():
        columns = ", ".join(column.declaration for column in target.columns)
        made.append(f"CREATE TABLE {target.name} ({columns})")
        made += [rollup.statement for rollup in ROLLUPS.get(target.name, ())]
    return made
