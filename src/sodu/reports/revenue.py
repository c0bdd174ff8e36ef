"""What the three revenue reports share: their measures. The bare word revenue names reports only."""

from __future__ import annotations

from sodu.reports import vocabulary as v
from sodu.reports.column import Column, Kind
from sodu.reports.figure import Behind, Figure, Term
from sodu.reports.report import Measure, Ratio
from sodu.values.text import mark as _


def _sold(amount: str) -> str:
    """A sum over customers' accounts alone: what partners' own accounts use is no sale."""
    return f"sum(CASE WHEN NOT own THEN {amount} END)"


def _sold_row(amount: str) -> str:
    return f"CASE WHEN f.own THEN 0 ELSE {amount} END"


LIST = Measure(v.money("list", _("List price")), "sum(list_amount{w})", "f.list_amount")
CUSTOMER_DISCOUNT = Measure(
    v.money("customer_discount", _("Customer discount")),
    _sold("list_amount{w} - customer_amount{w}"),
    _sold_row("f.list_amount - f.customer_amount"),
)
SALES = Measure(v.money("sales", _("Sales")), _sold("customer_amount{w}"), _sold_row("f.customer_amount"))
COST = Measure(v.money("cost", _("Cost")), _sold("partner_amount{w}"), _sold_row("f.partner_amount"))
MARGIN = Measure(
    v.money("margin", _("Margin")),
    _sold("customer_amount{w} - partner_amount{w}"),
    _sold_row("f.customer_amount - f.partner_amount"),
)
OWN_USE = Measure(
    v.money("own_use", _("Own use")),
    "sum(CASE WHEN own THEN partner_amount{w} END)",
    "CASE WHEN f.own THEN f.partner_amount ELSE 0 END",
)
TAX = Measure(v.money("tax", _("Tax")), "sum(tax_amount{w})", "f.tax_amount")
CHARGES = Measure(v.count("charges", _("Charges")), "sum(charges{w})")
ACCOUNTS = Measure(v.count("accounts", _("Accounts")), "sum(accounts{w})", compared=False)

MARGIN_RATE = Ratio(Column("margin_rate", _("Margin rate"), Kind.RATE), "margin", "sales", compared=True)
SALES_SHARE = Ratio(Column("sales_share", _("Share of sales"), Kind.RATE), "sales", "sales", of_total=True)

MEASURES = (LIST, CUSTOMER_DISCOUNT, SALES, COST, MARGIN, OWN_USE, TAX, CHARGES)
ORDER = (
    *(measure.name for measure in MEASURES[:5]),
    MARGIN_RATE.column.name,
    *(measure.name for measure in MEASURES[5:]),
    ACCOUNTS.name,
    SALES_SHARE.column.name,
)
"""The measures and ratios of the reports that sum, in the order in which they are read."""
TOTALS = (
    *v.TOTAL_KEYS,
    *(measure.column for measure in MEASURES[:5]),
    MARGIN_RATE.column,
    *(measure.column for measure in MEASURES[5:]),
    ACCOUNTS.column,
)


_DETAIL = "revenue-detail"


def _summed(name: str, only: str = "", terms: tuple[Term, ...] = ()) -> Figure:
    return Figure(name, terms, (Behind(_DETAIL, (("+", name),)),), only=only)


FIGURES = (
    _summed("list"),
    Figure(
        "customer_discount",
        (Term("list", only="customer"), Term("sales", "−")),
        (Behind(_DETAIL, (("+", "list"), ("−", "sales"))),),
        only="customer",
    ),
    _summed("sales", "customer"),
    _summed("cost", "customer"),
    _summed("margin", "customer", (Term("sales"), Term("cost", "−"))),
    Figure("margin_rate", (Term("margin"), Term("sales", "÷"))),
    _summed("own_use", "partner"),
    _summed("tax"),
    Figure("charges", behind=(Behind(_DETAIL, (("+", ""),)),)),
    Figure("accounts", behind=(Behind("revenue-by-account", (("+", ""),)),)),
    Figure("sales_share", (Term("sales"), Term("sales", "÷", of_total=True))),
)
"""How each figure of the revenue reports comes about."""
