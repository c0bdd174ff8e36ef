"""SQL of the reports that sum charges by service or by account, and of the totals of all three revenue reports."""

from __future__ import annotations

from sodu.reports.report import Report
from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.values.period import Period
from sodu.warehouse.engine import Query

_AMOUNTS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")


def windows_of(selection: Selection) -> dict[str, Period]:
    """The periods that an answer sums, by the suffix of their columns."""
    windows = {"": selection.period}
    if selection.compare:
        windows["_before"] = selection.compare
    return windows


def rows(report: Report, selection: Selection, by: str | None) -> Query:
    """A row for each group: cells summed once over the facts, then measures made of them."""
    parameters = Parameters()
    key = "service" if any(field.name == "service_id" for field in report.fields) else "account"
    names = {"service": fragments.services_known, "account": fragments.accounts_known}[key]
    # Cells are of one account each, so that accounts are counted without a DISTINCT over the facts.
    keys = list(dict.fromkeys([f"f.{key}", "f.account", "f.currency", "f.own"]))
    if by:
        keys.insert(0, f"{fragments.bucket_day(by)} AS bucket")
    cells = _cells(selection, keys, parameters)
    shown = [f"{field.sql} AS {field.name}" for field in report.fields]
    if by:
        shown.insert(0, "g.bucket AS bucket")
    for window in windows_of(selection):
        shown += [f"g.{measure.name}{window} AS {measure.name}{window}" for measure in report.measures]
    bucket = "bucket, " if by else ""
    alias = key[0]
    return parameters.query(
        f"""WITH {names(selection, parameters)},
cells AS (
{cells}
),
groups AS (
  SELECT {bucket}{key}, currency,
    {_measures(report, selection)}
  FROM cells
  GROUP BY {bucket}{key}, currency
)
SELECT
  {f",{chr(10)}  ".join(shown)}
FROM groups AS g
LEFT JOIN {key}s_known AS {alias} ON {alias}.{key} = g.{key}
LEFT JOIN currency_keys AS c ON c.currency = g.currency"""
    )


def totals(report: Report, selection: Selection) -> Query:
    """Three cuts of the same charges in one scan: in detail, by service and by account, each summed by type.

    Accounts are counted in the cut by account alone, where each is one cell.
    """
    parameters = Parameters()
    cut = (
        "CASE WHEN grouping(f.service) = 0 THEN 'service' WHEN grouping(f.account) = 0 THEN 'account' "
        "ELSE 'detail' END AS cut"
    )
    sets = "((f.service, f.currency, f.own), (f.account, f.currency, f.own), (f.currency, f.own))"
    cells = _cells(selection, [cut, "f.currency", "f.own"], parameters, grouping=f"GROUP BY GROUPING SETS {sets}")
    return parameters.query(
        f"""WITH cells AS (
{cells}
)
SELECT cells.cut, c.code AS currency, cells.own,
  {_measures(report, selection)}
FROM cells
JOIN currency_keys AS c ON c.currency = cells.currency
GROUP BY cells.cut, c.code, cells.own"""
    )


def presence(fact: str, selection: Selection) -> Query:
    """For each currency in scope, how far its data reaches, and its first day in the selection; null for none."""
    parameters = Parameters()
    scope = [fragments.known("f", selection, parameters)]
    if selection.partners is not None:
        scope.append(fragments.among("f.partner", "partners", selection.partners, parameters))
    selected = " AND ".join(fragments.selected("f", selection, parameters))
    return parameters.query(
        f"""SELECT c.code AS currency, max(f.last_at) AS last_at,
  min(CASE WHEN {selected} THEN f.first_day END) AS first_day
FROM {fact}_presence AS f
JOIN currency_keys AS c ON c.currency = f.currency
WHERE {" AND ".join(scope)}
GROUP BY c.code"""
    )


def _cells(selection: Selection, keys: list[str], parameters: Parameters, grouping: str = "GROUP BY ALL") -> str:
    """Sums of the raw amounts by the keys, for each window, in one scan."""
    windows = windows_of(selection)
    conditions = fragments.selected("f", selection, parameters)
    inside = {name: fragments.within("f", period, name, parameters) for name, period in windows.items()}
    conditions.append("(" + " OR ".join(f"({condition})" for condition in inside.values()) + ")")
    sums = []
    for window, condition in inside.items():
        if len(windows) == 1:
            sums += [f"sum(f.{amount}) AS {amount}" for amount in _AMOUNTS]
            sums.append("count(*) AS charges")
            continue
        sums += [f"sum(CASE WHEN {condition} THEN f.{amount} END) AS {amount}{window}" for amount in _AMOUNTS]
        sums.append(f"count(CASE WHEN {condition} THEN f.charge_id END) AS charges{window}")
    return (
        f"  SELECT {', '.join(keys)},\n    "
        + ",\n    ".join(sums)
        + f"\n  FROM charges AS f\n  WHERE {' AND '.join(conditions)}\n  {grouping}"
    )


def _measures(report: Report, selection: Selection) -> str:
    """Each measure of each window, made of cells; a sum of nothing is 0 on every engine."""
    return ",\n    ".join(
        f"coalesce({measure.sql.format(w=window)}, 0) AS {measure.name}{window}"
        for window in windows_of(selection)
        for measure in report.measures
    )
