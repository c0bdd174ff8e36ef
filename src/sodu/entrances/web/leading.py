"""Where a figure leads: to what explains it."""

from __future__ import annotations

from typing import Any

from sodu.entrances.web.asking import Asked
from sodu.reports.column import Column


def leads_to(_asked: Asked, _column: Column, _row: dict[str, Any]) -> str | None:
    """The address behind a figure of a row, or of a total; None where nothing stands behind it."""
    return None
