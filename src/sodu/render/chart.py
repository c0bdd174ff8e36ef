"""Charts as inline SVG: bars, stacked bars, lines, and ranked bars; sizes in per cent, so that they fit any width.

No style, no script: classes alone, which chart.css colours in light, dark and print. Each point is a group with a title that says
its figures; what JavaScript adds is a line that reads them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise

from sodu.render.chart_scale import Scale, compact, scale_of
from sodu.render.chart_words import ChartWords, Line
from sodu.render.markup import Markup
from sodu.reports.chart import Form, Over
from sodu.reports.charted import Drawing

HEIGHT, _TOP, _BOTTOM = 208, 10, 24
_LABELS_WIDE, _LABELS_NARROW = 8, 4
_BAR_PERCENT_MAX = 7.0
_ROW = 38
_NAME_CHARACTERS_MAX = {"wide": 64, "narrow": 32}


@dataclass(frozen=True)
class ChartPage:
    """A chart, ready for a template."""

    words: ChartWords
    plot: Markup
    scale: Markup
    is_ranked: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.plot


def chart_page(drawing: Drawing, words: ChartWords, name: str) -> ChartPage:
    """The chart of a drawing; `name` makes its ids those of this chart."""
    is_ranked = drawing.over is Over.ENTITY
    if not any(value for series in drawing.series for value in series.values):
        return ChartPage(words, Markup(""), Markup(""), is_ranked)
    body, height, scale = _ranked(drawing, words) if is_ranked else _over_time(drawing, words)
    heading = f'<title id="{name}-title">{escape(words.title)}</title><desc id="{name}-desc">{escape(words.description)}</desc>'
    plot = (
        f'<svg class="plot" width="100%" height="{height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">{heading}{body}</svg>'
    )
    return ChartPage(words, Markup(plot), Markup(scale), is_ranked)


def _over_time(drawing: Drawing, words: ChartWords) -> tuple[str, int, str]:
    scale = scale_of(_extremes(drawing))
    lines = "".join(
        f'<line class="{"zero" if not tick else "grid"}" x1="0" x2="100%" y1="{_y(scale, tick):.1f}" '
        f'y2="{_y(scale, tick):.1f}"/>'
        for tick in scale.ticks
    )
    slot = 100 / len(drawing.points)
    marks = _segments(drawing, scale, slot) if drawing.form is Form.LINES else ""
    points = "".join(
        f'<g class="point"><title>{escape(line.said)}</title><rect class="hit" x="{index * slot:.3f}%" y="0" '
        f'width="{slot:.3f}%" height="{HEIGHT - _BOTTOM}"/>{_mark(drawing, scale, slot, index)}</g>'
        for index, line in enumerate(words.lines)
    )
    texts = "".join(
        f'<text class="tick" x="46" y="{_y(scale, tick) + 4:.1f}">{escape(compact(tick, words.manner))}</text>'
        for tick in scale.ticks
    )
    ruler = f'<svg class="scale" width="50" height="{HEIGHT}" aria-hidden="true">{texts}</svg>'
    return lines + marks + points + _labels(words.lines, slot), HEIGHT, ruler


def _extremes(drawing: Drawing) -> list[Decimal]:
    """What the scale must hold: the values, or the heights that they are stacked to."""
    if drawing.form is not Form.STACKED:
        return [value for series in drawing.series for value in series.values if value is not None]
    heights: list[Decimal] = []
    for is_before in (False, True):
        stacked = [series for series in drawing.series if series.is_before is is_before]
        for index in range(max((len(series.values) for series in stacked), default=0)):
            values = [s.values[index] or Decimal(0) for s in stacked if index < len(s.values)]
            heights += [sum((v for v in values if v > 0), Decimal(0)), sum((v for v in values if v < 0), Decimal(0))]
    return heights


def _y(scale: Scale, value: Decimal) -> float:
    room = HEIGHT - _TOP - _BOTTOM
    return _TOP + room * (1 - scale.place(value))


def _mark(drawing: Drawing, scale: Scale, slot: float, index: int) -> str:
    """What is drawn at one point: bars beside each other, one upon another, or dots."""
    before = [series for series in drawing.series if series.is_before]
    now = [series for series in drawing.series if not series.is_before]
    if drawing.form is Form.LINES:
        centre = (index + 0.5) * slot
        return "".join(
            f'<circle class="dot c{number % 5 + 1}{" before" if series.is_before else ""}" cx="{centre:.3f}%" '
            f'cy="{_y(scale, series.values[index] or Decimal(0)):.1f}" r="3"/>'
            for number, series in enumerate([*now, *before])
            if index < len(series.values) and series.values[index] is not None
        )
    columns: list[list[tuple[str, Decimal]]] = []
    for group, css in ((before, " before"), (now, "")):
        # What is not known yet keeps its place, so that all bars are as wide.
        bars = [
            (f"c{number % 5 + 1}{css}", (series.values[index] if index < len(series.values) else None) or Decimal(0))
            for number, series in enumerate(group)
        ]
        columns += [bars] if drawing.form is Form.STACKED and bars else [[bar] for bar in bars]
    width = min(slot * 0.76 / max(len(columns), 1), _BAR_PERCENT_MAX)
    left = (index + 0.5) * slot - width * len(columns) / 2
    return "".join(_column(bars, scale, left + at * width, width) for at, bars in enumerate(columns))


def _column(bars: Sequence[tuple[str, Decimal]], scale: Scale, left: float, width: float) -> str:
    """Bars upon one another: what is positive above zero, what is negative below."""
    made, up, down = [], Decimal(0), Decimal(0)
    for css, value in bars:
        if not value:
            continue
        start = up if value >= 0 else down
        end = start + value
        up, down = (end, down) if value >= 0 else (up, end)
        top, bottom = sorted((_y(scale, start), _y(scale, end)))
        height = max(bottom - top, 0.75)
        inner = width * 0.9
        made.append(
            f'<rect class="rod {css}" x="{left + width * 0.05:.3f}%" y="{top:.1f}" width="{inner:.3f}%" '
            f'height="{height:.1f}" rx="1.5"/>'
        )
    return "".join(made)


def _segments(drawing: Drawing, scale: Scale, slot: float) -> str:
    made = []
    now = [series for series in drawing.series if not series.is_before]
    before = [series for series in drawing.series if series.is_before]
    for number, series in [*enumerate(now), *enumerate(before)]:
        css = f"line c{number % 5 + 1}{' before' if series.is_before else ''}"
        values = series.values[: len(drawing.points)]
        for index, (start, end) in enumerate(pairwise(values)):
            if start is None or end is None:
                continue
            x1, x2 = (index + 0.5) * slot, (index + 1.5) * slot
            made.append(
                f'<line class="{css}" x1="{x1:.3f}%" x2="{x2:.3f}%" y1="{_y(scale, start):.1f}" y2="{_y(scale, end):.1f}"/>'
            )
    return "".join(made)


def _labels(lines: Sequence[Line], slot: float) -> str:
    """Labels below some of the points: as many as a wide page holds; a narrow one leaves every other out."""
    every = _share(len(lines), _LABELS_WIDE)
    sparse = every * _share(_share(len(lines), every), _LABELS_NARROW)
    made = []
    for index in range(0, len(lines), every):
        centre = (index + 0.5) * slot
        anchor, x = ("start", index * slot) if centre < 4 else ("end", 100.0) if centre > 96 else ("middle", centre)
        css = "label" if index % sparse == 0 else "label wide"
        made.append(
            f'<text class="{css}" x="{x:.3f}%" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(lines[index].short)}</text>'
        )
    return "".join(made)


def _share(count: int, among: int) -> int:
    """How many each gets, at most."""
    return (count + among - 1) // among


def _ranked(drawing: Drawing, words: ChartWords) -> tuple[str, int, str]:
    """Bars from left to right, a row each: its name and its figure above it."""
    now = next(series for series in drawing.series if not series.is_before)
    before = next((series for series in drawing.series if series.is_before), None)
    scale = scale_of([value for series in drawing.series for value in series.values if value is not None])
    room, made = _ROW + (8 if before else 0), []
    zero = scale.place(Decimal(0)) * 100
    for index, line in enumerate(words.lines):
        top = index * room
        bars = _flat(scale, now.values[index] or Decimal(0), top + 20, "c5" if line.is_other else "c1")
        if before:
            bars += _flat(scale, before.values[index] or Decimal(0), top + 30, "c1 before")
        made.append(
            f'<g class="point"><title>{escape(line.said)}</title>'
            f'<rect class="hit" x="0" y="{top}" width="100%" height="{room}"/>'
            f"{_name(line.label, top + 14)}"
            f'<text class="figure" x="100%" y="{top + 14}" text-anchor="end">{escape(line.figures[0])}</text>{bars}</g>'
        )
    height = room * len(words.lines)
    axis = f'<line class="zero" x1="{zero:.3f}%" x2="{zero:.3f}%" y1="0" y2="{height}"/>' if zero else ""
    return "".join(made) + axis, height, ""


def _flat(scale: Scale, value: Decimal, top: int, css: str) -> str:
    left, right = sorted((scale.place(Decimal(0)) * 100, scale.place(value) * 100))
    return (
        f'<rect class="rod {css}" x="{left:.3f}%" y="{top}" width="{max(right - left, 0.25 if value else 0):.3f}%" '
        f'height="8" rx="2"/>'
    )


def _name(name: str, y: int) -> str:
    """The name of a bar; a long one is cut where the page is narrow, and the longest everywhere."""
    cut = {css: _cut(name, most) for css, most in _NAME_CHARACTERS_MAX.items()}
    if len(set(cut.values())) == 1:
        return f'<text class="name" x="0" y="{y}">{escape(name)}</text>'
    return "".join(f'<text class="name {css}" x="0" y="{y}">{escape(text)}</text>' for css, text in cut.items())


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
