"""Addresses of the overview, the charts and what explains a figure."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import reports

urlpatterns: list[URLPattern | URLResolver] = [path("", reports.overview, name="overview")]
