"""What a reader may choose from: accounts, services, groups, currencies and partners within the scope, as known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from sodu.reports.conditions import Conditions
from sodu.reports.scope import Scope
from sodu.reports.selection import Selection, resolve
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.values.folding import fold
from sodu.values.limits import SCOPES_KEPT_MAX
from sodu.values.period import Period
from sodu.warehouse.engine import Engine, Known, Query


@dataclass(frozen=True)
class Choice:
    """Something that can be asked for: its id, and what it is called."""

    id: str
    name: str
    kind: str = ""
    """An account's type; a service's product group."""

    @cached_property
    def folded(self) -> str:
        """Both as they are searched; made for the first who searches."""
        return fold(f"{self.name} {self.id}")


@dataclass(frozen=True)
class Choices:
    """All that a reader may choose from."""

    accounts: tuple[Choice, ...]
    services: tuple[Choice, ...]
    product_groups: tuple[str, ...]
    currencies: tuple[str, ...]
    partners: tuple[Choice, ...]
    """None for a partner's own people."""


@lru_cache(maxsize=SCOPES_KEPT_MAX)
def choices(engine: Engine, known: Known, scope: Scope) -> Choices:
    """What is to choose from; kept until the record or the scope is another."""
    everything = Conditions("", Period(date.min, date.max))
    selection = resolve(everything, scope, engine, known)
    services = [
        _choice(row["service_id"], row["name"], row["product_group"]) for row in engine.rows(_services(selection))
    ]
    accounts = [
        _choice(row["account_id"], row["name"], "partner" if row["own"] else "customer")
        for row in engine.rows(_accounts(selection))
    ]
    is_all = scope.partners is None
    return Choices(
        accounts=tuple(accounts),
        services=tuple(services),
        product_groups=tuple(sorted({service.kind for service in services if service.kind})),
        currencies=tuple(str(row["code"]) for row in engine.rows(_currencies(selection))),
        partners=tuple(_choice(row["partner_id"], row["name"]) for row in engine.rows(_partners(known)))
        if is_all
        else (),
    )


def search(among: Sequence[Choice], text: str, most: int) -> tuple[list[Choice], int]:
    """The first of those in whose name or id every word occurs, whatever its case and diacritics; and how many.

    Those in which the words stand together come first.
    """
    words = fold(text).split()
    found = [choice for choice in among if all(word in choice.folded for word in words)]
    if len(words) > 1:
        found.sort(key=lambda choice: " ".join(words) not in choice.folded)
    return found[:most], len(found)


def _choice(id_: str, name: str | None, kind: str | None = "") -> Choice:
    return Choice(id_, name or id_, kind or "")


def _accounts(selection: Selection) -> Query:
    parameters = Parameters()
    known = fragments.accounts_known(selection, parameters)
    keys = selection.accounts
    limit = "" if keys is None else f" WHERE {fragments.among('account', 'accounts', keys, parameters)}"
    return parameters.query(f"WITH {known}\nSELECT account_id, name, own FROM accounts_known{limit} ORDER BY ALL")


def _services(selection: Selection) -> Query:
    """Services that a fact or a discount of the scope names: others' may not show."""
    parameters = Parameters()
    conditions = " AND ".join(fragments.selected("f", selection, parameters))
    seen = " UNION ".join(
        f"SELECT f.service FROM {table}_presence AS f WHERE {conditions}" for table in ("charges", "credit_entries")
    )
    return parameters.query(
        f"""WITH {fragments.services_known(selection, parameters)}
SELECT service_id, name, product_group FROM services_known WHERE service IN ({seen})
ORDER BY product_group, name, service_id"""
    )


def _currencies(selection: Selection) -> Query:
    parameters = Parameters()
    conditions = " AND ".join(fragments.selected("f", selection, parameters))
    seen = " UNION ".join(
        f"SELECT f.currency FROM {table}_presence AS f WHERE {conditions}" for table in ("charges", "credit_entries")
    )
    return parameters.query(f"SELECT code FROM currency_keys WHERE currency IN ({seen}) ORDER BY code")


def _partners(known: Known) -> Query:
    parameters = Parameters()
    everyone = Selection(known, Period(date.min, date.max), None, None, None, None, None, None)
    return parameters.query(
        f"""SELECT partner_id, name FROM (
  SELECT k.partner_id, v.name, row_number() OVER (PARTITION BY v.partner ORDER BY v.seq DESC) AS nth
  FROM partner_versions AS v JOIN partner_keys AS k ON k.partner = v.partner
  WHERE {fragments.known("v", everyone, parameters)}
) AS versions
WHERE nth = 1
ORDER BY name, partner_id"""
    )
