"""The chart of a report's question, for the chart's own page and for pages that hold it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from sodu.entrances import clock
from sodu.entrances.web.asking import Asked
from sodu.entrances.web.leading import report_address
from sodu.entrances.web.running import record
from sodu.render.chart import ChartPage, chart_page
from sodu.render.chart_words import chart_words
from sodu.render.language import Manner
from sodu.reports.charted import drawing


@dataclass(frozen=True)
class Switch:
    """Another currency that the chart can be drawn in."""

    code: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Charted:
    """A chart with where it leads: its report, and itself in other currencies."""

    name: str
    page: ChartPage
    report: str
    currencies: tuple[Switch, ...]


def charted(asked: Asked, manner: Manner) -> Charted:
    """The chart of a question; `charted(asked, manner)` in a context is what `chart_part.html` shows as `chart`."""
    drawn = drawing(asked.report, asked.conditions, asked.scope, record(), clock.now())
    name = f"chart-{asked.report.slug}"
    switches = [_switch(asked, code, drawn.currency) for code in drawn.currencies]
    return Charted(
        name,
        chart_page(drawn, chart_words(drawn, manner), name),
        report_address(asked),
        tuple(switches) if len(switches) > 1 else (),
    )


def chart_address(asked: Asked) -> str:
    """The address of a question's chart."""
    return f"{reverse('chart', args=[asked.report.slug])}?{asked.query}"


def _switch(asked: Asked, code: str, current: str) -> Switch:
    other = replace(asked, conditions=replace(asked.conditions, currency=code))
    return Switch(code, chart_address(other), code == current)
