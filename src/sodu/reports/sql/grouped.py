"""SQL of the reports that sum charges by service or by account, and of the totals of all three revenue reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodu.reports.report import Report
from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.reports.sql.relations import Relation, for_cuts, for_groups, for_series, windows_of
from sodu.warehouse.engine import Query


@dataclass(frozen=True)
class _Cells:
    """What cells are summed from and told apart by; `distinct` where a cell is of several accounts."""

    relation: Relation
    keys: tuple[str, ...]
    grouping: str = "GROUP BY ALL"
    distinct: bool = False


_AMOUNTS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")


def rows(report: Report, selection: Selection, by: str | None) -> Query:
    """A row for each group: cells summed once over the facts, then measures made of them."""
    parameters = Parameters()
    key = "service" if any(field.name == "service_id" for field in report.fields) else "account"
    names = {"service": fragments.services_known, "account": fragments.accounts_known}[key]
    relation = for_groups(selection, key, by)
    keys = [f"f.{key}", "f.currency", "f.own"]
    # Cells of one account each save a DISTINCT over the facts; over sums there is nothing to save.
    distinct = key == "service" and relation.is_rollup
    if key == "service" and not distinct:
        keys.append("f.account")
    if by:
        keys.insert(0, f"{fragments.bucket_day(by, relation.day)} AS bucket")
    cells = _cells(selection, _Cells(relation, tuple(keys), distinct=distinct), parameters)
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


def series(report: Report, selection: Selection, by: str, names: Sequence[str]) -> Query:
    """What some measures sum to in each bucket of the period."""
    parameters = Parameters()
    relation = for_series(selection, by)
    bucket = f"{fragments.bucket_day(by, relation.day)} AS bucket"
    cells = _cells(selection, _Cells(relation, (bucket, "f.own")), parameters)
    shown = ", ".join(
        f"coalesce({measure.sql.format(w='')}, 0) AS {measure.name}"
        for measure in report.measures
        if measure.name in names
    )
    return parameters.query(f"WITH cells AS (\n{cells}\n)\nSELECT bucket, {shown}\nFROM cells\nGROUP BY bucket")


def totals(report: Report, selection: Selection) -> Query:
    """Three cuts of the same charges, each summed by type: in one scan where one relation has them all.

    Accounts are counted in the cut by account alone, where each is one cell.
    """
    parameters = Parameters()
    by_service, by_account = for_cuts(selection)
    if by_service == by_account:
        cells = _cells(selection, _cuts(by_service, ("service", "account")), parameters)
    else:
        parts = [_cuts(by_service, ("service",)), _Cells(by_account, ("'account' AS cut", *_TYPES), _OF_ACCOUNTS)]
        cells = "\nUNION ALL\n".join(_cells(selection, part, parameters) for part in parts)
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


_TYPES = ("f.currency", "f.own")
_OF_ACCOUNTS = "GROUP BY f.account, f.currency, f.own"


def _cuts(relation: Relation, by: tuple[str, ...]) -> _Cells:
    """Cells in detail and by some keys, in one scan."""
    named = " ".join(f"WHEN grouping(f.{key}) = 0 THEN '{key}'" for key in by)
    sets = ", ".join(f"(f.{key}, f.currency, f.own)" for key in by)
    return _Cells(
        relation,
        (f"CASE {named} ELSE 'detail' END AS cut", *_TYPES),
        f"GROUP BY GROUPING SETS ({sets}, (f.currency, f.own))",
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


def _cells(selection: Selection, cells: _Cells, parameters: Parameters) -> str:
    """Sums of the raw amounts by the keys, for each window, in one scan."""
    relation, windows = cells.relation, windows_of(selection)
    conditions = [*fragments.selected("f", selection, parameters), *fragments.searched(selection, parameters)]
    inside = {name: fragments.within(relation.day, period, name, parameters) for name, period in windows.items()}
    conditions.append("(" + " OR ".join(f"({condition})" for condition in inside.values()) + ")")
    sums = []
    for window, condition in inside.items():
        only = condition if len(windows) > 1 else ""
        charges = relation.count(only)
        accounts = _accounts(cells, only, charges)
        sums += [f"sum({_if(only, f'f.{amount}')}) AS {amount}{window}" for amount in _AMOUNTS]
        sums += [f"{charges} AS charges{window}", f"{accounts} AS accounts{window}"]
    return (
        f"  SELECT {', '.join(cells.keys)},\n    "
        + ",\n    ".join(sums)
        + f"\n  FROM {relation.source}\n  WHERE {' AND '.join(conditions)}\n  {cells.grouping}"
    )


def _accounts(cells: _Cells, only: str, charges: str) -> str:
    """How many accounts a cell has: the one that it is of, those that it tells apart, or those that were counted."""
    if not cells.distinct:
        return f"CASE WHEN {charges} > 0 THEN 1 END"
    counted = cells.relation.accounts
    return f"sum({_if(only, counted)})" if counted else f"count(DISTINCT {_if(only, 'f.account')})"


def _if(condition: str, column: str) -> str:
    return f"CASE WHEN {condition} THEN {column} END" if condition else column


def _measures(report: Report, selection: Selection) -> str:
    """Each measure of each window, made of cells; a sum of nothing is 0 on every engine."""
    return ",\n    ".join(
        f"coalesce({measure.sql.format(w=window)}, 0) AS {measure.name}{window}"
        for window in windows_of(selection)
        for measure in report.measures
    )
