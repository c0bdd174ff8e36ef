"""Pieces of SQL that several shapes of report share. Pure: text and typed parameters, no connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sodu.reports.selection import Selection
from sodu.values.period import Period
from sodu.warehouse.engine import Parameter, Query


class Parameters:
    """The typed values of one query; only what is mentioned is sent, since engines refuse what is not used."""

    def __init__(self) -> None:
        self._values: dict[str, Parameter] = {}

    def place(self, name: str, type_: str, value: Any) -> str:
        """Keep a value and give the text that stands for it in the SQL."""
        self._values[name] = Parameter(type_, value)
        return f"${name}"

    def query(self, sql: str) -> Query:
        """The SQL with the values that it was made with."""
        return Query(sql, dict(self._values))


def among(column: str, name: str, keys: Sequence[int], parameters: Parameters) -> str:
    """That a key is one of some: an equality for one, which prunes best; a table for many, which scales."""
    if len(keys) == 1:
        return f"{column} = {parameters.place(name, 'INTEGER', keys[0])}"
    return f"{column} IN (SELECT unnest({parameters.place(name, 'INTEGER[]', list(keys))}))"


def known(alias: str, selection: Selection, parameters: Parameters) -> str:
    """That a row's batch counts, as known at the selection's journal number."""
    text = f"{alias}.seq <= {parameters.place('known', 'INTEGER', selection.known.seq)}"
    if selection.known.withdrawn:
        place = parameters.place("withdrawn", "INTEGER[]", list(selection.known.withdrawn))
        text += f" AND {alias}.seq NOT IN (SELECT unnest({place}))"
    return text


def selected(alias: str, selection: Selection, parameters: Parameters) -> list[str]:
    """Whose facts: as known, in scope, of the account type, accounts, services and currency asked for."""
    conditions = [known(alias, selection, parameters)]
    for column, keys in (
        ("partner", selection.partners),
        ("account", selection.accounts),
        ("service", selection.services),
    ):
        if keys is not None:
            conditions.append(among(f"{alias}.{column}", f"{column}s", keys, parameters))
    if selection.own is not None:
        conditions.append(f"{alias}.own" if selection.own else f"NOT {alias}.own")
    if selection.currency is not None:
        conditions.append(f"{alias}.currency = {parameters.place('currency', 'INTEGER', selection.currency)}")
    return conditions


def internal(selection: Selection, parameters: Parameters, is_transfer: str = "f.counterparty IS NOT NULL") -> str:
    """That a transfer's other account is selected too, so that the two legs cancel in a total."""
    conditions = [is_transfer]
    if selection.partners is not None:
        conditions.append(among("f.counterparty_partner", "partners", selection.partners, parameters))
    if selection.accounts is not None:
        conditions.append(among("f.counterparty", "accounts", selection.accounts, parameters))
    if selection.own is not None:
        conditions.append("f.counterparty_own" if selection.own else "NOT f.counterparty_own")
    return " AND ".join(conditions)


def entries(selection: Selection, parameters: Parameters, is_transfer: str = "f.counterparty IS NOT NULL") -> list[str]:
    """Which credit entries of those selected: of some kinds, or internal transfers alone."""
    conditions = []
    if selection.kinds:
        conditions.append(f"f.kind IN (SELECT unnest({parameters.place('kinds', 'VARCHAR[]', list(selection.kinds))}))")
    if selection.only_internal:
        conditions.append(internal(selection, parameters, is_transfer))
    return conditions


def searched(selection: Selection, parameters: Parameters) -> list[str]:
    """That a fact is one of those that are looked for one by one: by discounts captured, or by a search."""
    captured = []
    if selection.discounts:
        ids = parameters.place("captured", "VARCHAR[]", list(selection.discounts))
        columns = ("f.partner_discount_id", "f.customer_discount_id")
        captured.append("(" + " OR ".join(f"{column} IN (SELECT unnest({ids}))" for column in columns) + ")")
    found = selection.found
    if found is None:
        return captured
    places = [(column, "found_accounts", found.accounts) for column in found.named]
    places.append(("f.service", "found_services", found.services))
    ways = [among(column, name, keys, parameters) for column, name, keys in places if keys]
    text = parameters.place("found_text", "VARCHAR", found.text) if found.written else ""
    ways += [f"strpos({column}, {text}) > 0" for column in found.written]
    return [*captured, f"({' OR '.join(ways)})" if ways else "FALSE"]


def within(column: str, period: Period, window: str, parameters: Parameters) -> str:
    """That a column of days lies in a period."""
    return (
        f"{column} >= {day('start' + window, period.start, parameters)} "
        f"AND {column} < {day('end' + window, period.end, parameters)}"
    )


def day(name: str, value: date, parameters: Parameters) -> str:
    """A day as a parameter."""
    return parameters.place(name, "DATE", value)


def accounts_known(selection: Selection, parameters: Parameters) -> str:
    """The accounts in scope with their latest descriptions: one row an account."""
    conditions = [known("v", selection, parameters)]
    if selection.partners is not None:
        conditions.append(among("v.partner", "partners", selection.partners, parameters))
    return f"""accounts_known AS (
  SELECT account, account_id, own, name, billing_mode
  FROM (
    SELECT v.account, k.account_id, v.own, v.name, v.billing_mode,
      row_number() OVER (PARTITION BY v.account ORDER BY v.managed_from DESC, v.seq DESC) AS nth
    FROM account_versions AS v JOIN account_keys AS k ON k.account = v.account
    WHERE {" AND ".join(conditions)}
  ) AS versions
  WHERE nth = 1
)"""


def services_known(selection: Selection, parameters: Parameters) -> str:
    """The services with their latest descriptions: one row a service."""
    return f"""services_known AS (
  SELECT service, service_id, name, product_group
  FROM (
    SELECT v.service, k.service_id, v.name, v.product_group,
      row_number() OVER (PARTITION BY v.service ORDER BY v.seq DESC) AS nth
    FROM service_versions AS v JOIN service_keys AS k ON k.service = v.service
    WHERE {known("v", selection, parameters)}
  ) AS versions
  WHERE nth = 1
)"""


def bucket_day(by: str, day: str = "f.day") -> str:
    """The first day of a fact's bucket."""
    return day if by == "day" else f"CAST(date_trunc('{by}', {day}) AS DATE)"


UNASSIGNED = "'(unassigned)'"
ACCOUNT_TYPE = "CASE WHEN f.own THEN 'partner' ELSE 'customer' END"
