"""Total credit: what each account had, what moved, what it has."""

from sodu.reports import conditions, credit, vocabulary as v
from sodu.reports.chart import Chart, Form, Over
from sodu.reports.column import Column, Kind
from sodu.reports.report import Field, Measure, Report, Shape
from sodu.values.text import mark as _

_ENTRIES = v.count("entries", _("Entries"))
_FLOWS = credit.measure_columns(*credit.MEASURES)

REPORT = Report(
    slug="credit-total",
    menu=v.CREDIT,
    title=_("Total credit"),
    summary=_("Opening balance, every movement by kind, and closing balance of each account and currency."),
    shape=Shape.STATEMENT,
    fact="credit_entries",
    fields=(
        v.ACCOUNT_ID,
        v.ACCOUNT_NAME,
        v.ACCOUNT_TYPE,
        Field(Column("billing_mode", _("Billing mode"), Kind.CHOICE, choices=v.BILLING_MODES), "a.billing_mode"),
        v.CURRENCY,
        Field(Column("last_top_up", _("Last top-up"), Kind.DAY), "last_top_up"),
    ),
    measures=(
        *(Measure(column, "") for column in (credit.OPENING, *_FLOWS, credit.CLOSING)),
        Measure(_ENTRIES, "", compared=False),
    ),
    totals=(*v.TOTAL_KEYS, credit.OPENING, *_FLOWS, credit.CLOSING, _ENTRIES, v.ELIMINATED),
    conditions=(*conditions.SHARED, "compare", "by", "show_zero", *conditions.ANSWERING),
    sort=("currency", "account_id"),
    order=(
        "account_id",
        "account_name",
        "account_type",
        "billing_mode",
        "currency",
        "opening",
        *credit.MEASURES,
        "closing",
        "entries",
        "last_top_up",
    ),
    figures=credit.STATEMENT_FIGURES,
    chart=Chart("credit-total", ("topped_up", "used"), Over.TIME, Form.BARS),
)
