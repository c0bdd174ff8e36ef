"""Every page that is opened in tests and pictures: who opens it, and its address."""

from __future__ import annotations

from sodu.reports.catalog import REPORTS

OPERATOR, ADMIN = ("operator", ""), ("partner_admin", "partner-01")
VISITOR = ("", "")

PAGES: dict[str, tuple[tuple[str, str], str]] = {
    "sign-in": (VISITOR, "/accounts/login/"),
    "overview": (ADMIN, "/?period=last-month"),
    "overview-provider": (OPERATOR, "/?period=last-month"),
    **{report.slug: (ADMIN, f"/reports/{report.slug}?period=last-month") for report in REPORTS},
    "compared": (ADMIN, "/reports/revenue-by-service?period=last-month&compare=previous&currency=VND"),
    "by-month": (ADMIN, "/reports/revenue-by-account?period=this-year&by=month&currency=VND"),
    "empty": (ADMIN, "/reports/revenue-detail?period=2015"),
    "refused": (ADMIN, "/reports/revenue-detail?period=yesteryear"),
    "explained": (ADMIN, "/explain/credit-total?period=last-month&currency=VND&measure=used"),
    "exports": (ADMIN, "/exports"),
    "saved-views": (ADMIN, "/views"),
    "schedules": (ADMIN, "/schedules"),
    "people": (ADMIN, "/people"),
    "audit": (ADMIN, "/audit"),
    "settings": (ADMIN, "/settings"),
    "second-factors": (ADMIN, "/accounts/2fa/"),
    "tokens": (ADMIN, "/settings/tokens"),
    "loads": (OPERATOR, "/provider/loads"),
    "load": (OPERATOR, "/provider/loads/new"),
    "partners": (OPERATOR, "/provider/partners"),
    "checks": (OPERATOR, "/provider/checks"),
    "api": (ADMIN, "/api/v1/docs"),
}
"""By the name of the page's picture."""

REFUSED = {"refused"}
"""Pages that say what is wrong with what was asked."""
