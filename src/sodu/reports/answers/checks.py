"""The promises of the reports, kept or not, each from figures that were summed apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sodu.reports.answers import totals
from sodu.reports.answers.totals import Row
from sodu.reports.report import Report
from sodu.reports.sql.statement import KIND_MEASURES
from sodu.reports.table import Check
from sodu.values.money import EXACT, plain
from sodu.values.text import Message, Text, mark as _

LISTINGS = ("topped_up", "usage")
_CUTS = ("detail", "service", "account")


def check(name: str, promise: Text, broken: Sequence[str]) -> Check:
    """A promise, with the places where it is broken."""
    if not broken:
        return Check(name, True, Message(promise))
    places = "; ".join(broken[:5])
    return Check(name, False, Message(_("Broken: {promise} ({places})"), {"promise": promise, "places": places}))


def cuts_agree(report: Report, parts: Sequence[Row]) -> Check:
    """By service = by account = in detail, for every measure and currency."""
    broken = []
    for currency, rows in totals.by_currency(parts).items():
        for measure in report.measures:
            if measure.name == "accounts":
                continue
            sums = {cut: totals.summed((row for row in rows if row["cut"] == cut), measure.name) for cut in _CUTS}
            if len(set(sums.values())) > 1:
                broken.append(f"{measure.name} {currency}: " + ", ".join(f"{cut} {_said(sums[cut])}" for cut in _CUTS))
    return check("cuts_agree", _("By service = by account = in detail, for every measure and currency"), broken)


def rows_add_up(sums: Mapping[str, Row], whole: Sequence[Row], names: Sequence[str]) -> Check:
    """The sum of the rows = the total of the facts, for every measure and currency."""
    broken = []
    widest = {total["currency"]: total for total in reversed(whole)}
    for total in widest.values():
        rows = sums.get(total["currency"], {})
        broken += [
            f"{name} {total['currency']}: {_said(rows.get(name, 0))} ≠ {_said(total[name])}"
            for name in names
            if rows.get(name, 0) != total[name]
        ]
    return check("rows_add_up", _("The rows add up to the totals, for every measure and currency"), broken)


def listings_move_balance(parts: Sequence[Row]) -> Check:
    """Credits topped up − credit usage = closing − opening."""
    broken = []
    for currency, rows in totals.by_currency(parts).items():
        closing, opening = (Decimal(totals.summed(rows, name)) for name in ("closing", "opening"))
        moved = EXACT.subtract(closing, opening)
        listed = Decimal(totals.summed((row for row in rows if row["listing"] in LISTINGS), "moved"))
        if moved != listed:
            broken.append(f"{currency}: {_said(listed)} ≠ {_said(moved)}")
    return check("listings_move_balance", _("Credits topped up − credit usage = closing − opening"), broken)


def listings_agree(parts: Sequence[Row], whole: Sequence[Row]) -> Check:
    """Each measure = the same total of the two listings."""
    listed = [[part for part in parts if part["listing"] == listing] for listing in LISTINGS]
    broken = []
    for total in whole:
        made = [totals.credit(rows, total["currency"], total["account_type"]) for rows in listed]
        broken += [
            f"{name} {total['currency']} {total['account_type']}"
            for name in KIND_MEASURES
            if total[name] != EXACT.add(made[0][name], made[1][name])
        ]
    return check("listings_agree", _("Each measure = the same total of the two listings"), broken)


def eliminations_agree(whole: Sequence[Row]) -> Check:
    """What internal transfers added to some accounts, they took from others."""
    broken = [
        f"{total['currency']} {total['account_type']}"
        for total in whole
        if total["eliminated_in"] != total["eliminated_out"]
    ]
    return check("eliminations_agree", _("Internal transfers in = internal transfers out"), broken)


def opening_follows(closings: Sequence[Row], whole: Sequence[Row]) -> Check:
    """Opening = closing of the period before."""
    broken = []
    for total in whole:
        mine = [part for part in closings if part["currency"] == total["currency"]]
        closing = totals.summed((p for p in mine if totals.belongs(p["own"], total["account_type"])), "closing")
        if closing != total["opening"]:
            broken.append(f"{total['currency']} {total['account_type']}: {_said(closing)} ≠ {_said(total['opening'])}")
    return check("opening_follows", _("Opening = closing of the period before"), broken)


def formula_holds(broken: Sequence[str]) -> Check:
    """The formula of the statement, for each row."""
    return check("formula_holds", _("Closing = opening + what came in − what went out, for each row"), broken)


def _said(value: Any) -> str:
    return plain(Decimal(value))
