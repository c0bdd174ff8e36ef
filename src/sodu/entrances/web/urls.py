"""Every address of the portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from sodu.entrances.web.views import status

handler500 = "sodu.entrances.web.views.broken.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sodu.entrances.web.urls_explaining")),
    path("", include("sodu.entrances.web.urls_reports")),
    path("", include("sodu.entrances.web.urls_people")),
    path("", include("sodu.entrances.web.urls_saved")),
    path("provider/", include("sodu.entrances.web.urls_provider")),
    path("api/", include("sodu.entrances.api.urls")),
    path("", include("sodu.entrances.api.urls_agents")),
    path("accounts/", include("allauth.urls")),
    path("healthz", status.healthz, name="healthz"),
    path("readyz", status.readyz, name="readyz"),
    path("metrics", status.metrics, name="metrics"),
]
