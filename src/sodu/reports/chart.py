"""The chart of a report, declared: which report answers it, and what it draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Over(StrEnum):
    """What a chart goes along."""

    TIME = "time"
    ENTITY = "entity"
    """The services, accounts or discounts of the rows, the greatest first."""


class Form(StrEnum):
    """How it is drawn."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True)
class Chart:
    """Measures of another run of a report, over time or entities."""

    slug: str
    measures: tuple[str, ...]
    over: Over
    form: Form
    entity: tuple[str, ...] = ()
    """The columns that name an entity: the first that is not empty."""
