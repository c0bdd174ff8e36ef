"""Addresses of the API: those of version 1, its description, and nothing else."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from sodu.entrances.api import documents, v1
from sodu.entrances.api.problems import guarded, not_found

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/docs", csrf_exempt(guarded(documents.page)), name="api_docs"),
    path("v1/", include((v1.patterns(), "api"))),
    # Nothing is changed at either, so that a forged request may as well be answered as any other.
    re_path(r"^(?P<rest>.*)$", csrf_exempt(guarded(not_found)), name="api_nothing"),
]
