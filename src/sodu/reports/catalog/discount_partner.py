"""Partner discounts: the partner's own, their life, and what they gave."""

from sodu.reports.discount import report
from sodu.values.text import mark as _

REPORT = report(
    "discount-partner",
    "partner",
    _("Partner discounts"),
    _("Discounts of the partner: rates, decisions, effective days, status, and what they gave in the period."),
)
