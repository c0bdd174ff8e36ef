"""The reports, in the order of the menu; each is declared in a file of its own."""

from __future__ import annotations

from sodu.reports.catalog import (
    credit_topped_up,
    credit_total,
    credit_usage,
    discount_customer,
    discount_partner,
    revenue_by_account,
    revenue_by_service,
    revenue_detail,
)
from sodu.reports.report import Report
from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _

REPORTS: tuple[Report, ...] = (
    credit_topped_up.REPORT,
    credit_usage.REPORT,
    credit_total.REPORT,
    discount_partner.REPORT,
    discount_customer.REPORT,
    revenue_detail.REPORT,
    revenue_by_service.REPORT,
    revenue_by_account.REPORT,
)
BY_SLUG = {report.slug: report for report in REPORTS}


def report_of(slug: str) -> Report:
    """The report of that slug; raises WrongUsage where there is none."""
    if slug not in BY_SLUG:
        raise WrongUsage(_("There is no report '{slug}'; there are {known}"), slug=slug, known=", ".join(BY_SLUG))
    return BY_SLUG[slug]
