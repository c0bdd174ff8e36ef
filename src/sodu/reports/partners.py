"""The partners of the record, as the provider's people see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.values.period import Period
from sodu.warehouse.engine import Engine, Known


@dataclass(frozen=True)
class Partner:
    """A partner, and how many accounts it manages or has managed."""

    id: str
    name: str
    customers: int
    own: int


def partners(engine: Engine, known: Known) -> list[Partner]:
    """Every partner by name; for who may see all of them."""
    parameters = Parameters()
    everything = Selection(known, Period(date.min, date.max), None, None, None, None, None, None)
    query = parameters.query(
        f"""WITH named AS (
  SELECT v.partner, v.name, row_number() OVER (PARTITION BY v.partner ORDER BY v.seq DESC) AS nth
  FROM partner_versions AS v WHERE {fragments.known("v", everything, parameters)}
), counted AS (
  SELECT v.partner, count(DISTINCT v.account) FILTER (NOT v.own) AS customers,
    count(DISTINCT v.account) FILTER (v.own) AS own_accounts
  FROM account_versions AS v WHERE {fragments.known("v", everything, parameters)} GROUP BY v.partner
)
SELECT k.partner_id, named.name, coalesce(customers, 0) AS customers, coalesce(own_accounts, 0) AS own_accounts
FROM named JOIN partner_keys AS k ON k.partner = named.partner
LEFT JOIN counted ON counted.partner = named.partner
WHERE nth = 1 ORDER BY named.name, k.partner_id"""
    )
    return [Partner(*row.values()) for row in engine.rows(query)]
