"""Total revenue by service: what each service sold, cost and left."""

from sodu.reports import conditions, revenue, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.report import Report, Shape
from sodu.values.text import mark as _

REPORT = Report(
    slug="revenue-by-service",
    menu=v.REVENUE,
    title=_("Total revenue by service"),
    summary=_("Sales, cost and margin of each service and currency; partners' own use apart."),
    shape=Shape.GROUPED,
    fact="charges",
    fields=(v.SERVICE_ID, v.SERVICE_NAME, v.PRODUCT_GROUP, v.CURRENCY),
    measures=(*revenue.MEASURES, revenue.ACCOUNTS),
    ratios=(revenue.MARGIN_RATE, revenue.SALES_SHARE),
    totals=revenue.TOTALS,
    conditions=(*conditions.SHARED, "compare", "by", *conditions.ANSWERING),
    sort=("currency", "service_id"),
    order=(
        "service_id",
        "service_name",
        "product_group",
        "currency",
        *revenue.ORDER,
    ),
    figures=revenue.FIGURES,
    chart=Chart("revenue-by-service", ("sales",), Over.ENTITY, Form.BARS, ("service_name", "service_id")),
)
