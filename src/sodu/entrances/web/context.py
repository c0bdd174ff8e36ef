"""What every page shows around its own content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sodu.reports.catalog import REPORTS


def shell(request: HttpRequest) -> dict[str, Any]:
    """The menu's reports, and the reader."""
    menu: dict[str, list[Any]] = {}
    for report in REPORTS:
        menu.setdefault(report.menu, []).append(report)
    return {"menu": list(menu.items()), "reader": getattr(request, "reader", None)}
