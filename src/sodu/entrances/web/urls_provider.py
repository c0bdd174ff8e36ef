"""Addresses of the provider's pages: partners, loads, checks."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import checks, loads, partners, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("partners", partners.partners, name="partners"),
    path("checks", checks.checks, name="checks"),
    path("loads", loads.loads, name="loads"),
    path("loads/new", uploads.load_new, name="load_new"),
    path("loads/attempts", uploads.load_attempts, name="load_attempts"),
    path("loads/attempts/<int:pk>", uploads.load_attempt, name="load_attempt"),
    path("loads/attempts/<int:pk>/errors", uploads.load_errors, name="load_errors"),
    path("loads/attempts/<int:pk>/rejected/<str:name>", uploads.load_rejected, name="load_rejected"),
    path("loads/<int:seq>", loads.load_batch, name="load_batch"),
    path("loads/<int:seq>/withdraw", loads.load_withdraw, name="load_withdraw"),
]
