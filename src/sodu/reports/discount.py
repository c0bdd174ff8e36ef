"""What the two discount reports share: their columns and totals."""

from __future__ import annotations

from sodu.reports import conditions, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.column import Column, Kind
from sodu.reports.figure import Behind, Figure, Term
from sodu.reports.report import Field, Report, Shape
from sodu.values.text import Text, mark as _

ORDERS = v.count("orders", _("Orders"))
LIST = v.money("list", _("List price"))
GIVEN = v.money("discount_given", _("Discount given"))
EFFECTIVE_RATE = Column("effective_rate", _("Effective rate"), Kind.RATE)


def _day(name: str, label: Text) -> Column:
    return Column(name, label, Kind.DAY)


def _instant(name: str, label: Text) -> Column:
    return Column(name, label, Kind.INSTANT)


COLUMNS = (
    Column("discount_id", _("Discount"), Kind.ID),
    v.ACCOUNT_ID.column,
    v.ACCOUNT_NAME.column,
    v.SERVICE_ID.column,
    v.PRODUCT_GROUP.column,
    Column("deal_id", _("Deal"), Kind.ID),
    Column("rate", _("Rate"), Kind.RATE),
    Column("previous_rate", _("Previous rate"), Kind.RATE),
    _instant("requested_at", _("Requested at")),
    _instant("decided_at", _("Decided at")),
    Column("decision", _("Decision"), Kind.CHOICE, choices=v.DECISIONS),
    _day("active_from", _("Active from, as requested")),
    _day("effective_from", _("Effective from")),
    _day("effective_to", _("Effective to")),
    Column("status", _("Status"), Kind.CHOICE, choices=v.STATUSES),
    Column("status_now", _("Status now"), Kind.CHOICE, choices=v.STATUSES),
    v.CURRENCY.column,
    ORDERS,
    LIST,
    GIVEN,
    EFFECTIVE_RATE,
    Column("partner_rate", _("Partner's rate"), Kind.RATE),
    Column("spread", _("Spread"), Kind.RATE),
)


_PAID = {"partner": ("cost", "own_use"), "customer": ("sales",)}
"""What is paid of the list price, by the owner of a discount."""


def _charges(name: str, *less: str) -> tuple[Behind, ...]:
    """The charges that captured a discount, and what of them is summed."""
    return (Behind("revenue-detail", (("+", name), *(("−", each) for each in less))),)


def report(slug: str, owner: str, title: Text, summary: Text) -> Report:
    """One of the two discount reports: they differ in whose discounts they list."""
    return Report(
        slug=slug,
        menu=v.DISCOUNT,
        title=title,
        summary=summary,
        shape=Shape.REGISTER,
        fact="charges",
        owner=owner,
        fields=tuple(Field(column, "") for column in COLUMNS),
        measures=(),
        totals=(*v.TOTAL_KEYS, ORDERS, LIST, GIVEN, EFFECTIVE_RATE),
        conditions=(*conditions.SHARED, "discount", "status", *conditions.ANSWERING),
        sort=("discount_id", "currency"),
        figures=(
            Figure("orders", behind=(Behind(slug, (("+", "orders"),)),), adds_up=False, of_row=_charges("")),
            Figure("list", behind=(Behind(slug, (("+", "list"),)),), of_row=_charges("list")),
            Figure(
                "discount_given",
                behind=(Behind(slug, (("+", "discount_given"),)),),
                of_row=_charges("list", *_PAID[owner]),
            ),
            Figure("effective_rate", (Term("discount_given"), Term("list", "÷"))),
        ),
        chart=Chart(slug, ("discount_given",), Over.ENTITY, Form.BARS, ("service_id", "product_group")),
    )
