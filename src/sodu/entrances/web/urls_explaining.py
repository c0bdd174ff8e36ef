"""Addresses of the overview, the charts and what explains a figure."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import explaining, overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("reports/<slug:slug>/chart", explaining.chart, name="chart"),
    path("explain/<slug:slug>", explaining.explained, name="explain"),
]
