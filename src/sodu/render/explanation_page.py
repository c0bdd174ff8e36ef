"""A figure explained, as a page shows it: strings and classes, each value rounded beside all its digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sodu.render.labels import label_of
from sodu.render.language import Manner, say, translate
from sodu.render.markup import Markup
from sodu.render.page import Check, rows_html
from sodu.render.page_cells import CHANGE_DECIMALS, RATE_DECIMALS
from sodu.render.page_columns import Head, Order, heads_of, slots_of
from sodu.render.page_periods import period_words
from sodu.render.sheet_rows import NEW
from sodu.reports.column import Column, Kind
from sodu.reports.conditions import Conditions
from sodu.reports.explained import Batch, Explanation, Part, Place, Rows
from sodu.values.money import EXACT, exponent, round_once
from sodu.values.text import Message, mark as _

Row = dict[str, Any]
_SHOWN = {
    "credit_entries": ("occurred_at", "account_id", "account_name", "kind"),
    "charges": ("occurred_at", "account_id", "account_name", "service_id", "service_name"),
}
_LAST = {
    "credit_entries": ("service_id", "reference", "entry_id"),
    "charges": ("charge_type", "charge_id", "charges"),
}
_REGISTER = ("discount_id", "account_id", "account_name", "service_id", "product_group", "rate", "status")


@dataclass(frozen=True)
class Leads:
    """The addresses of a page: of another figure, and of all the rows of a question."""

    figure: Callable[[Place], str]
    rows: Callable[[str, Conditions], str]


@dataclass(frozen=True)
class Figure:
    """A value as it is shown, and with all its digits."""

    shown: str
    exact: str
    sign: str = ""
    label: str = ""
    href: str | None = None
    is_rounded: bool = False
    """Whether what is shown has fewer digits than there are."""


@dataclass(frozen=True)
class Listed:
    """Rows behind the figure."""

    title: str
    heads: tuple[Head, ...]
    body: Markup
    columns: int
    count: str
    shown: str
    is_all: bool
    sum: Figure | None
    href: str


@dataclass(frozen=True)
class Loaded:
    """A batch that rows came from."""

    seq: int
    table: str
    file: str
    recorded_at: str
    who: str
    sha256: str
    rows: str
    sum: Figure | None


@dataclass(frozen=True)
class ExplanationPage:
    """An explanation, ready for a template."""

    label: str
    sentence: str
    figure: Figure
    formula: tuple[Figure, ...]
    is_ratio: bool
    listed: tuple[Listed, ...]
    row_count: str
    rows_sum: Figure | None
    less: Figure | None
    loaded: tuple[Loaded, ...]
    batches_sum: Figure | None
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    conditions: tuple[str, ...]


def explanation_page(made: Explanation, manner: Manner, leads: Leads) -> ExplanationPage:
    """The page of an explanation."""
    column, currency = made.column, made.currency
    rows_sum = made.rows_sum
    label = label_of(column, manner.language)
    return ExplanationPage(
        label=label,
        sentence=_sentence(made, label, manner),
        figure=figure(column, made.value, currency, manner),
        formula=tuple(_part(part, currency, manner, leads) for part in made.parts),
        is_ratio=any(part.sign == "÷" for part in made.parts),
        listed=tuple(_listed(rows, made, manner, leads) for rows in made.rows),
        row_count=manner.number(made.row_count),
        rows_sum=figure(column, rows_sum, currency, manner) if made.rows and rows_sum is not None else None,
        less=_part(made.less, currency, manner, leads) if made.less else None,
        loaded=tuple(_loaded(batch, made, manner) for batch in made.batches),
        batches_sum=figure(column, made.value, currency, manner) if made.batches_add_up else None,
        checks=tuple(Check(check.name, check.ok, say(check.detail, manner.language)) for check in made.checks),
        notes=tuple(translate(note, manner.language) for note in made.notes),
        conditions=_conditions(made, manner),
    )


def figure(column: Column, value: Any, currency: str, manner: Manner) -> Figure:
    """A value in its kind's writing."""
    if value is None:
        text = translate(NEW, manner.language) if column.kind is Kind.CHANGE_RATE else "–"
        return Figure(text, text)
    match column.kind:
        case Kind.MONEY:
            decimals = exponent(currency)
            is_rounded = round_once(value, decimals) != value
            return Figure(manner.number(value, decimals), manner.number(value), is_rounded=is_rounded)
        case Kind.RATE | Kind.CHANGE_RATE:
            decimals = RATE_DECIMALS if column.kind is Kind.RATE else CHANGE_DECIMALS
            is_rounded = round_once(value, decimals + 2) != value
            return Figure(manner.percent(value, decimals), manner.percent(value), is_rounded=is_rounded)
        case _:
            return Figure(manner.number(Decimal(value)), manner.number(Decimal(value)))


def _sentence(made: Explanation, label: str, manner: Manner) -> str:
    words: dict[str, Any] = {
        "measure": label,
        "subject": made.subject,
        "period": period_words(made.question.period, manner),
        "currency": made.currency,
    }
    template = _("{measure}: {subject}, {period}, {currency}")
    if made.column.kind not in (Kind.MONEY, Kind.COUNT):
        template = _("{measure}: {subject}, {period}")
    return say(Message(template, words), manner.language)


def _conditions(made: Explanation, manner: Manner) -> tuple[str, ...]:
    """What else the figure is narrowed by, in words."""
    return tuple(say(sentence, manner.language) for sentence in made.header.sentences)


def _part(part: Part, currency: str, manner: Manner, leads: Leads) -> Figure:
    value = figure(part.column, part.value, currency, manner)
    label = label_of(part.column, manner.language)
    if part.of_total:
        label = say(Message(_("{measure} of all rows"), {"measure": label}), manner.language)
    href = leads.figure(part.place) if part.place else None
    return replace(value, sign=part.sign, label=label, href=href)


def _listed(rows: Rows, made: Explanation, manner: Manner, leads: Leads) -> Listed:
    columns = _columns(rows)
    slots = slots_of(columns, frozenset())
    (heads,) = heads_of(slots, Order(), manner)
    body = "".join(rows_html(rows.first, slots, manner))
    return Listed(
        title=translate(rows.report.title, manner.language),
        heads=heads,
        body=Markup(body),
        columns=len(slots),
        count=manner.number(rows.row_count),
        shown=manner.number(len(rows.first)),
        is_all=len(rows.first) == rows.row_count,
        sum=None if rows.value is None else _rows_sum(rows, made, manner),
        href=leads.rows(rows.report.slug, rows.conditions),
    )


def _rows_sum(rows: Rows, made: Explanation, manner: Manner) -> Figure:
    """What the rows add up to, with the sign that it counts with."""
    is_taken = all(sign == "−" for sign, _column in rows.sums)
    value = EXACT.minus(rows.value) if is_taken else rows.value
    found = figure(made.column, value, made.currency, manner)
    return replace(found, sign="−" if is_taken else "+")


def _columns(rows: Rows) -> tuple[Column, ...]:
    """The few columns that tell a row from another, and what of it is summed."""
    by_name = {column.name: column for column in rows.columns}
    names: Sequence[str] = _REGISTER if rows.report.owner else _SHOWN[rows.report.fact]
    last: Sequence[str] = () if rows.report.owner else _LAST[rows.report.fact]
    amount = ("amount",) if "amount" in by_name else ()
    wanted = dict.fromkeys((*names, *amount, *(column.name for _sign, column in rows.sums if column), *last))
    return tuple(by_name[name] for name in wanted if name in by_name)


def _loaded(batch: Batch, made: Explanation, manner: Manner) -> Loaded:
    at = datetime.fromisoformat(batch.recorded_at).astimezone(UTC).replace(tzinfo=None)
    return Loaded(
        seq=batch.seq,
        table=batch.table,
        file=batch.source.replace("\\", "/").rpartition("/")[2],
        recorded_at=manner.instant(at),
        who=batch.who,
        sha256=batch.sha256,
        rows=manner.number(batch.rows),
        sum=None if batch.value is None else figure(made.column, batch.value, made.currency, manner),
    )
