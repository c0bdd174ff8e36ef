"""Detailed revenue: every charge, as it was sold."""

from sodu.reports import conditions, revenue, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.column import Column, Kind
from sodu.reports.report import Field, Measure, Report, Shape
from sodu.values.text import mark as _


def _row(measure: Measure) -> Field:
    return Field(measure.column, measure.row)


REPORT = Report(
    slug="revenue-detail",
    menu=v.REVENUE,
    title=_("Detailed revenue"),
    summary=_("Every charge of the period, with its list price, discounts, sales, cost and margin."),
    shape=Shape.LISTING,
    fact="charges",
    fields=(
        v.OCCURRED_AT,
        Field(Column("service_from", _("Service from"), Kind.INSTANT), "f.service_from"),
        Field(Column("service_to", _("Service to"), Kind.INSTANT), "f.service_to"),
        v.ACCOUNT_ID,
        v.ACCOUNT_NAME,
        v.ACCOUNT_TYPE,
        v.SERVICE_ID,
        v.SERVICE_NAME,
        v.text("sku", _("SKU"), "f.sku"),
        v.DESCRIPTION,
        v.identifier("order_id", _("Order"), "f.order_id"),
        v.identifier("invoice_id", _("Invoice"), "f.invoice_id"),
        Field(Column("charge_type", _("Charge type"), Kind.CHOICE, choices=v.CHARGE_TYPES), "f.charge_type"),
        Field(Column("quantity", _("Quantity"), Kind.QUANTITY), "f.quantity"),
        v.text("unit", _("Unit"), "f.unit"),
        _row(revenue.LIST),
        Field(Column("customer_discount_rate", _("Customer discount rate"), Kind.RATE), "f.customer_discount_rate"),
        v.identifier("customer_discount_id", _("Customer discount id"), "f.customer_discount_id"),
        _row(revenue.SALES),
        Field(Column("partner_discount_rate", _("Partner discount rate"), Kind.RATE), "f.partner_discount_rate"),
        v.identifier("partner_discount_id", _("Partner discount id"), "f.partner_discount_id"),
        _row(revenue.COST),
        _row(revenue.MARGIN),
        _row(revenue.OWN_USE),
        _row(revenue.TAX),
        v.CURRENCY,
        v.identifier("charge_id", _("Charge"), "f.charge_id"),
        v.identifier("corrects_charge_id", _("Corrects"), "f.corrects_charge_id"),
    ),
    measures=(*revenue.MEASURES, revenue.ACCOUNTS),
    totals=revenue.TOTALS,
    conditions=(*conditions.SHARED, "discount", *conditions.ANSWERING),
    sort=("occurred_at",),
    figures=revenue.FIGURES,
    chart=Chart("revenue-by-service", ("sales",), Over.TIME, Form.BARS),
)
