"""Asking anew: what a process keeps of earlier questions is forgotten, so that each measured ask is a first one."""

from __future__ import annotations

from sodu.reports.kept import kept_beside
from sodu.reports.kept_rows import forget_rows
from sodu.warehouse.engine import Engine


def anew(engine: Engine) -> None:
    """Forget the answers and the look-ups that are kept of an engine."""
    kept_beside(engine).clear()
    forget_rows(engine)
