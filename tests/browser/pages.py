"""Every page that is opened in tests and pictures: who opens it, and its address."""

from __future__ import annotations

from sodu.reports.catalog import REPORTS

OPERATOR, ADMIN = ("operator", ""), ("partner_admin", "partner-01")
VISITOR = ("", "")

PAGES: dict[str, tuple[tuple[str, str], str]] = {
    "sign-in": (VISITOR, "/accounts/login/"),
    "lost-password": (VISITOR, "/accounts/password/reset/"),
    "join": (VISITOR, "/join/{secret}"),
    "overview": (ADMIN, "/?period=last-month"),
    "overview-provider": (OPERATOR, "/?period=last-month"),
    **{report.slug: (ADMIN, f"/reports/{report.slug}?period=last-month") for report in REPORTS},
    "report-provider": (OPERATOR, "/reports/credit-total?period=last-month"),
    "compared": (ADMIN, "/reports/revenue-by-service?period=last-month&compare=previous&currency=VND"),
    "by-month": (ADMIN, "/reports/revenue-by-account?period=this-year&by=month&currency=VND"),
    "condition-open": (OPERATOR, "/reports/credit-total?period=last-month&open=account"),
    "columns-open": (ADMIN, "/reports/credit-total?period=last-month&open=columns"),
    "empty": (ADMIN, "/reports/revenue-detail?period=2015"),
    "refused": (ADMIN, "/reports/revenue-detail?period=yesteryear"),
    "chart": (ADMIN, "/reports/credit-total/chart?period=last-month"),
    "explained": (ADMIN, "/explain/credit-total?period=last-month&currency=VND&measure=used"),
    "exports": (ADMIN, "/exports"),
    "saved-views": (ADMIN, "/views"),
    "schedules": (ADMIN, "/schedules"),
    "schedule": (ADMIN, "/schedules/{schedule}"),
    "schedule-new": (ADMIN, "/views/{view}/schedule"),
    "people": (ADMIN, "/people"),
    "people-provider": (OPERATOR, "/people"),
    "person": (ADMIN, "/people/{person}"),
    "audit": (ADMIN, "/audit"),
    "settings": (ADMIN, "/settings"),
    "sign-ins": (ADMIN, "/settings/sign-ins"),
    "sessions": (ADMIN, "/accounts/sessions/"),
    "password": (ADMIN, "/accounts/password/change/"),
    "second-factors": (ADMIN, "/accounts/2fa/"),
    "authenticator-app": (OPERATOR, "/accounts/2fa/totp/activate/"),
    "recovery-codes": (ADMIN, "/accounts/2fa/recovery-codes/"),
    "passkeys": (ADMIN, "/accounts/2fa/webauthn/"),
    "passkey-add": (OPERATOR, "/accounts/2fa/webauthn/add/"),
    "tokens": (ADMIN, "/settings/tokens"),
    "loads": (OPERATOR, "/provider/loads"),
    "load": (OPERATOR, "/provider/loads/new"),
    "load-attempts": (OPERATOR, "/provider/loads/attempts"),
    "batch": (OPERATOR, "/provider/loads/1"),
    "withdraw": (OPERATOR, "/provider/loads/1/withdraw"),
    "partners": (OPERATOR, "/provider/partners"),
    "checks": (OPERATOR, "/provider/checks"),
    "api": (ADMIN, "/api/v1/docs"),
}
"""By the name of the page's picture; words in braces are ids of what stands there."""

REFUSED = {"refused"}
"""Pages that say what is wrong with what was asked."""
