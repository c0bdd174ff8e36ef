"""Credit usage: every entry that takes, and what gives back."""

from sodu.reports import conditions, credit, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.report import Report, Shape
from sodu.values.text import mark as _

REPORT = Report(
    slug="credit-usage",
    menu=v.CREDIT,
    title=_("Credit usage"),
    summary=_("Every usage, refund, transfer out, expiry and adjustment that takes, with the balance after it."),
    shape=Shape.LISTING,
    fact="credit_entries",
    listing="usage",
    fields=credit.listing_fields("-"),
    measures=(),
    totals=(
        *v.TOTAL_KEYS,
        *credit.measure_columns("used", "refunded", "expired", "transferred_out", "adjusted"),
        v.ELIMINATED,
        v.AMOUNT,
    ),
    conditions=(*conditions.SHARED, "kind", *conditions.ANSWERING),
    sort=("occurred_at",),
    figures=credit.listing_figures("credit-usage"),
    chart=Chart("credit-total", ("used", "expired"), Over.TIME, Form.STACKED),
)
