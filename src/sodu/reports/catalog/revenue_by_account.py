"""Total revenue by account: what each account bought, cost and left."""

from sodu.reports import conditions, revenue, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.report import Field, Report, Shape
from sodu.values.text import mark as _

REPORT = Report(
    slug="revenue-by-account",
    menu=v.REVENUE,
    title=_("Total revenue by account"),
    summary=_("Sales, cost and margin of each account and currency; partners' own use apart."),
    shape=Shape.GROUPED,
    fact="charges",
    fields=(
        v.ACCOUNT_ID,
        v.ACCOUNT_NAME,
        Field(v.ACCOUNT_TYPE_COLUMN, "CASE WHEN a.own THEN 'partner' ELSE 'customer' END"),
        v.CURRENCY,
    ),
    measures=(*revenue.MEASURES, revenue.ACCOUNTS),
    ratios=(revenue.MARGIN_RATE, revenue.SALES_SHARE),
    totals=revenue.TOTALS,
    conditions=(*conditions.SHARED, "compare", "by", *conditions.ANSWERING),
    sort=("currency", "account_id"),
    order=(
        "account_id",
        "account_name",
        "account_type",
        "currency",
        *revenue.ORDER,
    ),
    figures=revenue.FIGURES,
    chart=Chart("revenue-by-account", ("sales",), Over.ENTITY, Form.BARS, ("account_name", "account_id")),
)
