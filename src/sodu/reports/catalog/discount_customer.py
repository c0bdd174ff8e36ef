"""Customer discounts: those set for customers' accounts, beside the partner's own rate."""

from sodu.reports.discount import report
from sodu.values.text import mark as _

REPORT = report(
    "discount-customer",
    "customer",
    _("Customer discounts"),
    _("Discounts of customers: rates, effective days, status, what they gave, and the spread to the partner's own."),
)
