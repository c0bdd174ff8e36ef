"""Credits topped up: every entry that adds, and what reverses one."""

from sodu.reports import conditions, credit, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.report import Report, Shape
from sodu.values.text import mark as _

REPORT = Report(
    slug="credit-topped-up",
    menu=v.CREDIT,
    title=_("Credits topped up"),
    summary=_("Every top-up, grant, transfer in and adjustment that adds, with the balance after it."),
    shape=Shape.LISTING,
    fact="credit_entries",
    listing="topped_up",
    fields=credit.listing_fields(""),
    measures=(),
    totals=(
        *v.TOTAL_KEYS,
        *credit.measure_columns("topped_up", "granted", "transferred_in", "adjusted"),
        v.ELIMINATED,
        v.AMOUNT,
    ),
    conditions=(*conditions.SHARED, "kind", *conditions.ANSWERING),
    sort=("occurred_at",),
    figures=credit.listing_figures("credit-topped-up"),
    chart=Chart("credit-total", ("topped_up", "granted"), Over.TIME, Form.STACKED),
)
