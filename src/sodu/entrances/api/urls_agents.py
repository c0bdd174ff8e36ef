"""The address of assistants that speak the Model Context Protocol."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sodu.entrances.api import mcp

urlpatterns: list[URLPattern | URLResolver] = [path("mcp", mcp.endpoint, name="mcp")]
