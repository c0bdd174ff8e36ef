"""The one clock: the machine's, or that of SODU_NOW."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _


def now() -> datetime:
    """The instant that counts as now, in UTC; raises WrongUsage where SODU_NOW is none."""
    text = os.environ.get("SODU_NOW")
    if not text:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise WrongUsage(_("SODU_NOW: '{text}' is no instant such as 2026-11-20T02:00:00Z"), text=text)
    return instant.astimezone(UTC)
