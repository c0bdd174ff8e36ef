"""What every page shows around its own content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The reader."""
    return {"reader": getattr(request, "reader", None)}
