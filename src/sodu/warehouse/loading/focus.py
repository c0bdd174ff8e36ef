"""FOCUS 1.0 to 1.4: cost and usage as clouds export it, read as charges, with the accounts and services in it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from sodu.values.errors import RowError, WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import ACCOUNTS, CHARGES, PARTNERS, SERVICES, Table
from sodu.warehouse.loading.csv_source import read_header, relation, watched
from sodu.warehouse.loading.files import Found
from sodu.warehouse.loading.kept import Upload
from sodu.warehouse.loading.parquet_source import column_types, damaged, text_of
from sodu.warehouse.loading.request import LoadRequest
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.source import File, Source, Unreadable

_REQUIRED = ("BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart")
_UNASSIGNED = "(unassigned)"
_MANAGED_FROM = "2000-01-01"
_AMOUNTS = {"list_amount": "ListCost", "partner_amount": "ContractedCost", "customer_amount": "BilledCost"}


@dataclass(frozen=True)
class _Focus:
    """A FOCUS file as a relation of texts, `NULL` read as null, and how its rows become the contract's."""

    upload: Upload
    name: str
    sql: str
    columns: tuple[str, ...]
    request: LoadRequest

    def column(self, wanted: str) -> str:
        """A column by its FOCUS name, however its letters are cased; null where the file has none."""
        found = [name for name in self.columns if name.lower() == wanted.lower()]
        return f"nullif({named(found[0])}, 'NULL')" if found else "NULL::VARCHAR"

    def source(self, table: Table, sql: str, columns: tuple[str, ...]) -> Source:
        """Rows of a table made from the file; instants without an offset are UTC, as FOCUS says."""
        return Source(File(self.upload, self.name, table, "UTC"), f"({sql})", columns, is_focus=True)

    @property
    def account(self) -> str:
        return f"coalesce({self.column('SubAccountId')}, {self.column('BillingAccountId')})"

    @property
    def account_name(self) -> str:
        own = f"CASE WHEN {self.column('SubAccountId')} IS NULL THEN {self.column('BillingAccountName')} END"
        return f"coalesce({self.column('SubAccountName')}, {own}, {self.account})"

    @property
    def service(self) -> str:
        return f"coalesce({self.column('ServiceName')}, {quoted(_UNASSIGNED)})"

    def amount(self, name: str) -> str:
        """An amount: the column that the request maps to it, 0 where that is null or the row is a tax."""
        mapped = dict(_AMOUNTS) | dict(self.request.column_map)
        if self.request.account_type == "partner" and "customer_amount" not in self.request.column_map:
            mapped["customer_amount"] = mapped["partner_amount"]
        return f"CASE WHEN {self.column('ChargeCategory')} = 'Tax' THEN '0' ELSE {self.figure(mapped[name], '0')} END"

    def figure(self, column: str, default: str = "") -> str:
        """A number without the zeros at its end, which are no digits beyond the contract's."""
        text = self.column(column)
        exact = f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
        return f"coalesce({exact}, {quoted(default)})" if default else exact


def open_focus(found: Found, upload: Upload, request: LoadRequest, sieve: Sieve) -> list[Source]:
    """Charges, and the partners, accounts and services that the record does not have yet."""
    _check_words(request)
    file = File(upload, found.path.name, CHARGES)
    is_csv = upload.is_csv
    names, sql = _texts_of_csv(file) if is_csv else _texts_of_parquet(file, sieve)
    _check_columns(file.name, names, request)
    focus = _Focus(upload, file.name, sql, tuple(names), request)
    described, charges = [_partners(focus), _accounts(focus), _services(focus)], _charges(focus)
    if is_csv:
        charges = watched(charges, names)
        # Only charges have as many rows as the file.
        return [*(replace(source, explain=charges.explain) for source in described), charges]
    return [replace(source, explain=lambda _error: damaged(file)) for source in (*described, charges)]


def _texts_of_csv(file: File) -> tuple[list[str], str]:
    names = read_header(file.upload.path, file.name)
    return names, relation(file.upload.path, names)


def _texts_of_parquet(file: File, sieve: Sieve) -> tuple[list[str], str]:
    types = column_types(file, sieve)
    texts = ", ".join(f"{text_of(named(name), type_)} AS {named(name)}" for name, type_ in types.items())
    return list(types), f"(SELECT {texts} FROM read_parquet({quoted(file.upload.path)}))"


def _check_words(request: LoadRequest) -> None:
    if (request.partner is None) == (request.mapping is None):
        raise WrongUsage(_("load: from FOCUS, give either --partner or a mapping file of account and partner"))
    if request.account_type not in ("partner", "customer"):
        raise WrongUsage(_("load: '{text}' is no account type; use partner or customer"), text=request.account_type)
    for name in request.column_map:
        if name not in _AMOUNTS:
            raise WrongUsage(
                _("load: '{name}' cannot be mapped; map one of {names}"), name=name, names=", ".join(_AMOUNTS)
            )


def _check_columns(file: str, names: list[str], request: LoadRequest) -> None:
    lower = [name.lower() for name in names]
    wanted = [*_REQUIRED, *request.column_map.values()]
    if "subaccountid" not in lower:
        wanted.append("BillingAccountId")
    missing = [name for name in wanted if name.lower() not in lower]
    twice = sorted({name for name in names if lower.count(name.lower()) > 1})
    template, again = (
        _("the file has no column {column}, which FOCUS requires"),
        _("column {column} stands there twice"),
    )
    errors = [RowError(file, 1, name, "missing_column", Message(template, {"column": name}), name) for name in missing]
    errors += [RowError(file, 1, name, "duplicate_column", Message(again, {"column": name}), name) for name in twice]
    if errors:
        raise Unreadable(errors)


def _partner(focus: _Focus) -> str:
    """The partner of a row's account, in SQL; null where the mapping file has none."""
    if focus.request.mapping is None:
        return quoted(focus.request.partner or "")
    pairs = ", ".join(f"({quoted(account)}, {quoted(partner)})" for account, partner in _mapping(focus.request.mapping))
    return (
        f"(SELECT any_value(partner) FROM (VALUES {pairs}) AS mapped(account, partner) WHERE account = {focus.account})"
    )


def _mapping(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [(row["account"], row["partner"]) for row in csv.DictReader(file, strict=True)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise WrongUsage(
            _("load: {path} must be a CSV file of account and partner ({error})"), path=str(path), error=str(error)
        ) from error
    if not rows:
        raise WrongUsage(_("load: {path} maps no account to a partner"), path=str(path))
    return rows


def _partners(focus: _Focus) -> Source:
    rows = f"SELECT DISTINCT {_partner(focus)} AS partner_id FROM {focus.sql}"
    return focus.source(
        PARTNERS,
        f"SELECT partner_id, partner_id AS name FROM ({rows}) WHERE partner_id IS NOT NULL "
        f"AND partner_id NOT IN (SELECT partner_id FROM record_partners) ORDER BY ALL",
        ("partner_id", "name"),
    )


def _accounts(focus: _Focus) -> Source:
    """The accounts that are not known, with the last name that the file gives them."""
    constants = {
        "account_type": focus.request.account_type,
        "billing_mode": "postpaid",
        "status": "active",
        "managed_from": _MANAGED_FROM,
    }
    fixed = ", ".join(f"{quoted(value)} AS {name}" for name, value in constants.items())
    rows = (
        f"SELECT row_number() OVER () AS n, {focus.account} AS account_id, {_partner(focus)} AS partner_id, "
        f"{focus.account_name} AS name FROM {focus.sql}"
    )
    return focus.source(
        ACCOUNTS,
        f"SELECT account_id, any_value(partner_id) AS partner_id, arg_max(name, n) AS name, {fixed} FROM ({rows}) "
        "WHERE account_id IS NOT NULL AND account_id NOT IN (SELECT account_id FROM record_accounts) "
        "GROUP BY account_id ORDER BY account_id",
        ("account_id", "partner_id", "name", *constants),
    )


def _services(focus: _Focus) -> Source:
    """The services that are not known, each in the least of its categories."""
    return focus.source(
        SERVICES,
        f"SELECT {focus.service} AS service_id, {focus.service} AS name, min({focus.column('ServiceCategory')}) "
        f"AS product_group FROM {focus.sql} GROUP BY ALL "
        "HAVING service_id NOT IN (SELECT service_id FROM record_services) ORDER BY service_id",
        ("service_id", "name", "product_group"),
    )


def _charges(focus: _Focus) -> Source:
    category = focus.column("ChargeCategory")
    columns = {
        "charge_id": _charge_id(focus),
        "account_id": focus.account,
        "partner_id": _partner(focus),
        "service_id": focus.service,
        "occurred_at": focus.column("ChargePeriodStart"),
        "service_from": focus.column("ChargePeriodStart"),
        "service_to": focus.column("ChargePeriodEnd"),
        "charge_type": (
            f"CASE WHEN {focus.column('ChargeClass')} = 'Correction' THEN 'correction' ELSE CASE {category} "
            "WHEN 'Usage' THEN 'usage' WHEN 'Purchase' THEN 'new' WHEN 'Credit' THEN 'refund' "
            f"WHEN 'Adjustment' THEN 'refund' WHEN 'Tax' THEN 'usage' ELSE {category} END END"
        ),
        "tax_amount": f"CASE WHEN {category} = 'Tax' THEN {focus.figure('BilledCost', '0')} END",
        "currency": focus.column("BillingCurrency"),
        "quantity": focus.figure("ConsumedQuantity"),
        "unit": focus.column("ConsumedUnit"),
        "invoice_id": focus.column("InvoiceId"),
        "resource_id": focus.column("ResourceId"),
        "sku": focus.column("SkuId"),
        "description": focus.column("ChargeDescription"),
    } | {name: focus.amount(name) for name in _AMOUNTS}
    selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return focus.source(CHARGES, f"SELECT {selected} FROM ({_numbered(focus)}) ORDER BY _n", tuple(columns))


def _numbered(focus: _Focus) -> str:
    """The rows with their number, their digest, and their number among equal rows."""
    values = ", chr(31), ".join(f"coalesce({named(name)}, chr(30))" for name in focus.columns)
    rows = f"SELECT row_number() OVER () AS _n, sha256(concat({values})) AS _digest, * FROM {focus.sql}"
    return f"SELECT *, row_number() OVER (PARTITION BY _digest ORDER BY _n) AS _ordinal FROM ({rows})"


def _charge_id(focus: _Focus) -> str:
    own = f"coalesce({focus.column('x_ChargeId')}, {focus.column('Id')}"
    return f"{own}, concat('focus-', left(_digest, 40), '-', _ordinal))"
