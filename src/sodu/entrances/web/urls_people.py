"""Addresses of people: joining, invitations, settings, tokens, the audit log."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.web.views import joining

urlpatterns: list[URLPattern | URLResolver] = [path("join/<str:secret>", joining.join, name="join")]
