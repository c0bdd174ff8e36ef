"""SQL of where a figure's rows came from: for each batch, how many there are and what they sum to."""

from __future__ import annotations

from collections.abc import Sequence

from sodu.reports.report import Report
from sodu.reports.selection import Selection
from sodu.reports.sql import fragments, listing
from sodu.reports.sql.fragments import Parameters
from sodu.reports.sql.register import GIVEN
from sodu.warehouse.engine import Query

Sums = Sequence[tuple[str, str]]


def of_listing(report: Report, selection: Selection, sums: Sums, *, external: bool) -> Query:
    """Of a listing's rows; `external` leaves transfers within the selection out, as its totals do."""
    parameters = Parameters()
    conditions = listing.conditions_of(report, selection, parameters)
    if external:
        conditions.append(f"NOT coalesce({fragments.internal(selection, parameters)}, FALSE)")
    columns = {field.name: field.sql for field in report.fields}
    return parameters.query(_by_batch(report.fact, [(sign, columns.get(name, "")) for sign, name in sums], conditions))


def of_captured(owner: str, selection: Selection, sums: Sums, discounts: Sequence[str]) -> Query:
    """Of the charges of the period that captured some discounts."""
    parameters = Parameters()
    ids = parameters.place("discounts", "VARCHAR[]", list(discounts))
    conditions = [
        *fragments.selected("f", selection, parameters),
        fragments.within("f.day", selection.period, "", parameters),
        f"f.{owner}_discount_id IN (SELECT unnest({ids}))",
    ]
    columns = {"list": "f.list_amount", "discount_given": GIVEN[owner]}
    return parameters.query(_by_batch("charges", [(sign, columns.get(name, "")) for sign, name in sums], conditions))


def _by_batch(fact: str, sums: Sums, conditions: Sequence[str]) -> str:
    summed = " ".join(f"{_SIGNS[sign]} {f'coalesce(sum({sql}), 0)' if sql else 'count(*)'}" for sign, sql in sums)
    return (
        f"SELECT f.seq, count(*) AS facts, {summed.removeprefix('+ ')} AS amount\n"
        f"FROM {fact} AS f\nWHERE {' AND '.join(conditions)}\nGROUP BY f.seq\nORDER BY f.seq"
    )


_SIGNS = {"+": "+", "−": "-"}
