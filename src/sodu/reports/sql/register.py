"""SQL of the discount reports: what was registered, and what captured it."""

from __future__ import annotations

from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.warehouse.engine import Query

GIVEN = {"partner": "f.list_amount - f.partner_amount", "customer": "f.list_amount - f.customer_amount"}
"""By the owner of a discount: what it gave of a charge."""


def registered(selection: Selection) -> Query:
    """All discounts of the scope, in their latest versions: a life hangs on those that follow."""
    parameters = Parameters()
    conditions = [fragments.known("v", selection, parameters)]
    if selection.partners is not None:
        conditions.append(fragments.among("v.partner", "partners", selection.partners, parameters))
    return parameters.query(
        f"""WITH {fragments.accounts_known(selection, parameters)},
{fragments.services_known(selection, parameters)}
SELECT d.discount_id, d.owner, p.partner_id, d.account, k.account_id,
  CASE WHEN d.account IS NOT NULL THEN coalesce(a.name, {fragments.UNASSIGNED}) END AS account_name, d.service,
  s.service_id, s.product_group AS service_group, d.product_group, d.rate, d.requested_at, d.decided_at,
  d.decision, d.active_from, d.active_to, d.cancelled_at, d.deal_id
FROM (
  SELECT v.*, row_number() OVER (PARTITION BY v.discount_id ORDER BY v.seq DESC) AS nth
  FROM discount_versions AS v
  WHERE {" AND ".join(conditions)}
) AS d
JOIN partner_keys AS p ON p.partner = d.partner
LEFT JOIN account_keys AS k ON k.account = d.account
LEFT JOIN accounts_known AS a ON a.account = d.account
LEFT JOIN services_known AS s ON s.service = d.service
WHERE d.nth = 1"""
    )


def captured(owner: str, selection: Selection) -> Query:
    """What the charges of the period that captured each discount add up to, by currency."""
    parameters = Parameters()
    conditions = [
        *fragments.selected("f", selection, parameters),
        fragments.within("f.day", selection.period, "", parameters),
        f"f.{owner}_discount_id IS NOT NULL",
    ]
    return parameters.query(
        f"""SELECT g.discount_id, c.code AS currency, g.orders, g.list, g.discount_given
FROM (
  SELECT f.{owner}_discount_id AS discount_id, f.currency, count(DISTINCT f.order_id) AS orders,
    sum(f.list_amount) AS list, sum({GIVEN[owner]}) AS discount_given
  FROM charges AS f
  WHERE {" AND ".join(conditions)}
  GROUP BY ALL
) AS g
JOIN currency_keys AS c ON c.currency = g.currency"""
    )


def totals(owner: str, selection: Selection, discounts: list[str]) -> Query:
    """The same over all the discounts listed: an order that captured two of them counts once."""
    parameters = Parameters()
    conditions = [
        *fragments.selected("f", selection, parameters),
        fragments.within("f.day", selection.period, "", parameters),
    ]
    ids = parameters.place("discounts", "VARCHAR[]", discounts)
    return parameters.query(
        f"""SELECT c.code AS currency, g.own, g.all_types, g.orders, g.list, g.discount_given
FROM (
  SELECT f.currency, f.own, grouping(f.own) AS all_types,
    count(DISTINCT f.order_id) AS orders, sum(f.list_amount) AS list, sum({GIVEN[owner]}) AS discount_given
  FROM charges AS f
  WHERE {" AND ".join(conditions)} AND f.{owner}_discount_id IN (SELECT unnest({ids}))
  GROUP BY GROUPING SETS ((f.currency, f.own), (f.currency))
) AS g
JOIN currency_keys AS c ON c.currency = g.currency"""
    )


def currencies_before(owner: str, selection: Selection, discounts: list[str], codes: list[str]) -> Query:
    """Which of some currencies were captured before the period: they have a total, though of nothing."""
    parameters = Parameters()
    conditions = [
        *fragments.selected("f", selection, parameters),
        f"f.day < {fragments.day('start', selection.period.start, parameters)}",
        f"f.{owner}_discount_id IN (SELECT unnest({parameters.place('discounts', 'VARCHAR[]', discounts)}))",
        f"c.code IN (SELECT unnest({parameters.place('codes', 'VARCHAR[]', codes)}))",
    ]
    return parameters.query(
        f"""SELECT DISTINCT c.code AS currency
FROM charges AS f JOIN currency_keys AS c ON c.currency = f.currency
WHERE {" AND ".join(conditions)}"""
    )
