"""What a chart says in words: its title and description, its legend, and a line for each of its points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sodu.render.language import Manner, say, translate
from sodu.render.page_periods import bucket_words, capital, period_words
from sodu.reports.chart import Over
from sodu.reports.charted import OTHER, Drawing, Series, day_of
from sodu.values.money import exponent
from sodu.values.text import Message, mark as _

_SHORT_DAYS = {"en": "%m-%d", "vi": "%d/%m"}
_SHORT_MONTHS = {"en": "%Y-%m", "vi": "%m/%Y"}
_BY = {
    "day": _("{measures} by day"),
    "week": _("{measures} by week"),
    "month": _("{measures} by month"),
    "quarter": _("{measures} by quarter"),
}
_OF = {
    "service_name": _("{measures} by service"),
    "service_id": _("{measures} by service"),
    "account_name": _("{measures} by account"),
}


@dataclass(frozen=True)
class Line:
    """One point in words: a row of the table beside the chart."""

    label: str
    short: str
    figures: tuple[str, ...]
    said: str
    """All of it in a sentence."""
    is_other: bool = False


@dataclass(frozen=True)
class Legend:
    """One series: its colour's class and its name."""

    css: str
    label: str


@dataclass(frozen=True)
class ChartWords:
    """A chart in words."""

    title: str
    description: str
    currency: str
    heads: tuple[str, ...]
    legend: tuple[Legend, ...]
    lines: tuple[Line, ...]
    manner: Manner


def chart_words(drawing: Drawing, manner: Manner) -> ChartWords:
    """The words of a drawing, in a reader's language and style."""
    heads = tuple(_series(series, drawing, manner) for series in drawing.series)
    return ChartWords(
        title=_title(drawing, manner),
        description=_description(drawing, manner),
        currency=drawing.currency,
        heads=heads,
        legend=_legend(drawing, heads),
        lines=tuple(_line(drawing, heads, index, manner) for index in range(len(drawing.points))),
        manner=manner,
    )


def _title(drawing: Drawing, manner: Manner) -> str:
    labels = dict.fromkeys(translate(series.column.label, manner.language) for series in drawing.series)
    chart = drawing.report.chart
    templates = _BY if drawing.over is Over.TIME else _OF
    key = drawing.by or (chart.entity[0] if chart and chart.entity else "")
    template = templates.get(key, _("{measures}"))
    return say(Message(template, {"measures": ", ".join(labels)}), manner.language)


def _description(drawing: Drawing, manner: Manner) -> str:
    words = {"period": capital(period_words(drawing.period, manner)), "currency": drawing.currency}
    if not drawing.currency:
        return words["period"]
    if drawing.compare is None:
        return say(Message(_("{period}, {currency}"), words), manner.language)
    template = _("{period} beside {before}, {currency}")
    return say(Message(template, words | {"before": period_words(drawing.compare, manner)}), manner.language)


def _series(series: Series, drawing: Drawing, manner: Manner) -> str:
    label = translate(series.column.label, manner.language)
    if drawing.compare is None:
        return label
    period = drawing.compare if series.is_before else drawing.period
    return f"{label}, {period_words(period, manner)}"


def _legend(drawing: Drawing, heads: tuple[str, ...]) -> tuple[Legend, ...]:
    """Nothing for a single series: the title names it."""
    if len(heads) < 2:
        return ()
    made, numbers = [], {False: 0, True: 0}
    for series, head in zip(drawing.series, heads, strict=True):
        numbers[series.is_before] += 1
        css = f"c{(numbers[series.is_before] - 1) % 5 + 1}{' before' if series.is_before else ''}"
        made.append(Legend(css, head))
    return tuple(made)


def _line(drawing: Drawing, heads: tuple[str, ...], index: int, manner: Manner) -> Line:
    point = drawing.points[index]
    label = _label(drawing, point, manner)
    figures = tuple(
        _figure(series.values[index] if index < len(series.values) else None, drawing.currency, manner)
        for series in drawing.series
    )
    before = drawing.points_before[index] if index < len(drawing.points_before) else ""
    parts = [
        f"{head}{f' ({bucket_words(before, manner)})' if series.is_before and before else ''}: {figure}"
        for series, head, figure in zip(drawing.series, heads, figures, strict=True)
    ]
    said = f"{label} · {' · '.join(parts)} {drawing.currency}"
    return Line(label, _short(drawing, point, manner), figures, said, is_other=point == OTHER)


def _label(drawing: Drawing, point: str, manner: Manner) -> str:
    if drawing.over is Over.TIME:
        return bucket_words(point, manner)
    if point == OTHER:
        return translate(_("All others"), manner.language)
    return translate(_("All services"), manner.language) if point == "*" else point


def _short(drawing: Drawing, point: str, manner: Manner) -> str:
    """A few characters below the axis."""
    if drawing.over is not Over.TIME:
        return point
    start = day_of(point).start
    match drawing.by:
        case "day":
            return start.strftime(_SHORT_DAYS[manner.language])
        case "month":
            return start.strftime(_SHORT_MONTHS[manner.language])
        case "week":
            return say(Message(_("W{week}"), {"week": point.rpartition("-W")[2]}), manner.language)
        case _:
            return bucket_words(point, manner)


def _figure(value: Decimal | None, currency: str, manner: Manner) -> str:
    return "–" if value is None else manner.number(value, exponent(currency))
