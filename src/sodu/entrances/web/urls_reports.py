"""Addresses of the report pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import reports

urlpatterns: list[URLPattern | URLResolver] = [
    *(
        path(f"reports/{what}", reports.found_choices, {"what": what}, name=f"find_{what}")
        for what in ("accounts", "services", "partners")
    ),
    path("reports/<slug:slug>", reports.report, name="report"),
    path("reports/<slug:slug>/condition", reports.condition, name="condition"),
]
