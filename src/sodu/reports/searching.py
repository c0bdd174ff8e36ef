"""Search: a text becomes the accounts and services that it names, whatever its case and diacritics.

Letters are folded here and never by an engine. A report that sums is narrowed to the accounts or services found, as if
they had been chosen; a listing finds rows one by one, by whom they name or by what they hold themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sodu.reports.column import Kind
from sodu.reports.discounts import Discount
from sodu.reports.report import Report, Shape
from sodu.reports.selection import Found, Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.values.folding import fold
from sodu.values.period import Period
from sodu.warehouse.engine import Engine, Known

SCOPES_KEPT = 16
_NOBODY = (-1,)
_NAMING = {"credit_entries": ("f.account", "f.counterparty"), "charges": ("f.account",)}
_REGISTERED = ("discount_id", "deal_id", "product_group")


class _Named(NamedTuple):
    """Something with a name, as it is searched."""

    key: int
    id: str
    folded: str


def searched(report: Report, selection: Selection, text: str, engine: Engine) -> Selection:
    """The selection with a search: narrowed to what is found, or looking for it row by row."""
    partners = selection.partners
    accounts = _among(_named(engine, selection.known, "account", partners), text)
    services = _among(_named(engine, selection.known, "service", None), text)
    match narrowing(report):
        case "account":
            return replace(selection, accounts=_both(selection.accounts, accounts))
        case "service":
            return replace(selection, services=_both(selection.services, services))
    found = Found(text, accounts, services)
    if report.shape is Shape.LISTING:
        found = replace(found, named=_NAMING[report.fact], written=_written(report))
    return replace(selection, found=found)


def narrowing(report: Report) -> str:
    """What a search of a report chooses: its accounts, its services, or neither but rows."""
    if report.shape not in (Shape.STATEMENT, Shape.GROUPED):
        return ""
    return "account" if "account_id" in report.keys else "service"


def chosen(report: Report, selection: Selection, engine: Engine) -> tuple[str, ...]:
    """The ids of the accounts or services that a search narrowed a selection to."""
    what = narrowing(report)
    keys = {*((selection.accounts if what == "account" else selection.services) or ())}
    named = _named(engine, selection.known, what, selection.partners if what == "account" else None)
    return tuple(sorted(each.id for each in named if each.key in keys))


def only_found(discounts: Iterable[Discount], found: Found) -> list[Discount]:
    """The discounts that a search finds, by what was registered."""
    accounts, services = {*found.accounts}, {*found.services}
    return [
        discount
        for discount in discounts
        if discount.registered["account"] in accounts
        or discount.registered["service"] in services
        or any(found.text in (discount.registered[name] or "") for name in _REGISTERED)
    ]


def _written(report: Report) -> tuple[str, ...]:
    """The ids and texts that a fact holds itself."""
    return tuple(
        field.sql for field in report.fields if field.column.kind in (Kind.ID, Kind.TEXT) and field.sql.startswith("f.")
    )


def _both(chosen: tuple[int, ...] | None, found: tuple[int, ...]) -> tuple[int, ...]:
    return (found if chosen is None else tuple(sorted({*chosen} & {*found}))) or _NOBODY


def _among(named: Sequence[_Named], text: str) -> tuple[int, ...]:
    """The keys of those in whose name or id every word of the text occurs."""
    words = fold(text).split()
    return tuple(sorted(each.key for each in named if all(word in each.folded for word in words))) if words else ()


@lru_cache(maxsize=SCOPES_KEPT)
def _named(engine: Engine, known: Known, what: str, partners: tuple[int, ...] | None) -> tuple[_Named, ...]:
    """Keys and ids with names and ids as they are searched; kept until the record or the scope is another."""
    parameters = Parameters()
    everything = Selection(known, Period(date.min, date.max), None, partners, None, None, None, None)
    described = {"account": fragments.accounts_known, "service": fragments.services_known}[what]
    query = parameters.query(
        f"WITH {described(everything, parameters)}\nSELECT {what} AS key, {what}_id AS id, name FROM {what}s_known"
    )
    return tuple(_Named(row["key"], row["id"], fold(f"{row['name'] or ''} {row['id']}")) for row in engine.rows(query))
