"""What the overview shows: figures of the reports' own answers, put together for one reader and one currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import QueryDict
from django.urls import reverse

from sodu.entrances.web.asking import PARTNER, Asked, parsed, query_text
from sodu.entrances.web.charting import Charted, charted
from sodu.entrances.web.leading import leads_to, report_address
from sodu.people.accounts.models import User
from sodu.people.tenants.scope import scope_for
from sodu.render.language import Manner, translate
from sodu.render.page_cells import cells_of, change_words
from sodu.render.page_periods import FRAME_LABELS
from sodu.render.sheet_rows import NEW
from sodu.render.statement import is_new
from sodu.reports.at_once import QUESTIONS
from sodu.reports.column import Column, Kind
from sodu.reports.scope import Scope
from sodu.reports.table import Check, ResultTable
from sodu.values.limits import OVERVIEW_ROWS_SHOWN
from sodu.values.text import Text, mark as _
from sodu.warehouse.python_values import rows_of

Row = dict[str, Any]
RECENT = "last-30-days"
"""What an account's balance is held against: what it used in these days."""


@dataclass(frozen=True)
class Words:
    """What the overview is asked: of which period, currency and partner."""

    period: str
    currency: str
    partner: str

    @classmethod
    def of(cls, query: QueryDict) -> Words:
        """The words of a query string."""
        return cls(query.get("period") or "this-month", query.get("currency", ""), query.get(PARTNER, ""))

    def address(self, **otherwise: str) -> str:
        """The overview, asked otherwise."""
        words = replace(self, **otherwise)
        said = {"period": words.period, "currency": words.currency, PARTNER: words.partner}
        return f"{reverse('overview')}?{query_text({name: value for name, value in said.items() if value})}"


@dataclass(frozen=True)
class KeyFigure:
    """One of the figures on top."""

    label: Text
    report: str
    text: str
    href: str | None
    change: str = ""
    before: str = ""


@dataclass(frozen=True)
class Ranked:
    """A row of a short list: a name, a figure, what it was before, or what it is held against."""

    name: str
    id: str
    href: str | None
    figure: str
    figure_href: str | None
    beside: str
    is_bad: bool = False


@dataclass(frozen=True)
class Overview:
    """All of it."""

    figures: tuple[KeyFigure, ...]
    charts: tuple[tuple[str, Charted], ...]
    customers: tuple[Ranked, ...]
    customers_report: str
    services: tuple[Ranked, ...]
    services_report: str
    low: tuple[Ranked, ...]
    low_count: int
    low_report: str
    checks: tuple[Check, ...]
    data_through: datetime | None
    statement: ResultTable
    currency: str
    currencies: tuple[tuple[str, str, bool], ...]
    periods: tuple[tuple[Text, str, bool], ...]

    @property
    def broken(self) -> tuple[Check, ...]:
        """The promises that are not kept."""
        return tuple(check for check in self.checks if not check.ok)


class _Asks:
    """Asks reports in the overview's words."""

    def __init__(self, user: User, words: Words, manner: Manner) -> None:
        self._user = user
        self._words = words
        self.manner = manner

    def asked(self, slug: str, **conditions: str) -> Asked:
        """A question; those of the overview's period name none."""
        said: Mapping[str, str] = {"period": self._words.period} | conditions
        report, asked = parsed(slug, {name: [value] for name, value in said.items() if value})
        return Asked(report, asked, self._scope, self._words.partner or None)

    @cached_property
    def _scope(self) -> Scope:
        return scope_for(self._user, self._words.partner or None)


def _totals(asked: Asked) -> ResultTable:
    """The answer with no more than one row: what is wanted are totals."""
    return replace(asked, conditions=replace(asked.conditions, limit=1)).answer()


def overview_of(user: User, words: Words, manner: Manner) -> Overview:
    """The overview of what a person may see."""
    asks = _Asks(user, words, manner)
    services_asked = asks.asked("revenue-by-service", compare="previous")
    recent_of_all = QUESTIONS.begun(asks.asked("credit-total", period=RECENT).answer)
    services = services_asked.answer()
    recent = recent_of_all()
    currency, codes = _currency(words, services, recent)
    credit_asked = asks.asked("credit-total", compare="previous", currency=currency)
    credit_beside = QUESTIONS.begun(partial(_totals, credit_asked))
    customers_asked = asks.asked(
        "revenue-by-account", compare="previous", currency=currency, sort="-sales", limit=str(OVERVIEW_ROWS_SHOWN)
    )
    customers = customers_asked.answer()
    charts = _charts(asks, credit_asked, currency) if services.header.data_through or recent.header.data_through else ()
    credit = credit_beside()
    recent_asked = asks.asked("credit-total", period=RECENT, currency=currency)
    low_asked = asks.asked("credit-total", period=RECENT, currency=currency, sort="closing")
    low = _low(recent, currency)
    in_currency = asks.asked("revenue-by-service", compare="previous", currency=currency)
    top = sorted((row for row in _rows(services) if row["currency"] == currency), key=lambda row: -row["sales"])
    throughs = [table.header.data_through for table in (services, credit) if table.header.data_through]
    return Overview(
        figures=(
            _balance(recent, recent_asked, manner),
            *_figures(credit, credit_asked, ("topped_up", "used"), manner),
            *_figures(customers, customers_asked, ("sales", "margin"), manner),
        ),
        charts=charts,
        customers=tuple(_ranked(customers_asked, row, manner) for row in _rows(customers) if row["sales"]),
        customers_report=report_address(customers_asked),
        services=tuple(_ranked(in_currency, row, manner) for row in top[:OVERVIEW_ROWS_SHOWN] if row["sales"]),
        services_report=report_address(
            asks.asked("revenue-by-service", compare="previous", currency=currency, sort="-sales")
        ),
        low=tuple(_lowest(recent_asked, row, manner) for row in low[:OVERVIEW_ROWS_SHOWN]),
        low_count=len(low),
        low_report=report_address(low_asked),
        checks=tuple(check for table in (services, recent, credit, customers) for check in table.checks),
        data_through=max(throughs, default=None),
        statement=credit,
        currency=currency,
        currencies=tuple((code, words.address(currency=code), code == currency) for code in codes),
        periods=tuple(
            (label, words.address(period=name), name == words.period) for name, label in FRAME_LABELS.items()
        ),
    )


def _currency(words: Words, charges: ResultTable, credit: ResultTable) -> tuple[str, list[str]]:
    """The currency asked for, else the one with most charges; and all there are."""
    codes = sorted({*charges.currencies, *credit.currencies})
    counts = {total["currency"]: total["charges"] for total in charges.totals if total["account_type"] == "both"}
    before = {total["currency"]: total["charges_before"] for total in charges.totals if total["account_type"] == "both"}
    most = max(codes, key=lambda code: (counts.get(code, 0), before.get(code, 0)), default="")
    return words.currency or most, codes


def _rows(table: ResultTable) -> list[Row]:
    return [row for batch in table.batches for row in rows_of(batch)]


def _total(table: ResultTable, currency: str) -> Row | None:
    return next((t for t in table.totals if (t["currency"], t["account_type"]) == (currency, "both")), None)


def _balance(table: ResultTable, asked: Asked, manner: Manner) -> KeyFigure:
    """What all accounts have now."""
    column = next(column for column in table.total_columns if column.name == "closing")
    total = _total(table, asked.conditions.currency or "")
    if total is None:
        return KeyFigure(_("Balances now"), report_address(asked), "–", None)
    (cell,) = cells_of(column, [total], manner)
    return KeyFigure(_("Balances now"), report_address(asked), cell.text, leads_to(asked, column, total))


def _figures(table: ResultTable, asked: Asked, names: tuple[str, ...], manner: Manner) -> list[KeyFigure]:
    """Totals of the period, with their change to the one before."""
    columns = {column.name: column for column in table.total_columns}
    total = _total(table, asked.conditions.currency or "")
    made = []
    for name in names:
        column = columns[name]
        if total is None:
            made.append(KeyFigure(column.label, report_address(asked), "–", None))
            continue
        (cell,) = cells_of(column, [total], manner)
        (before,) = cells_of(columns[f"{name}_before"], [total], manner)
        change = _change(columns[f"{name}_change_rate"], total, manner)
        href = leads_to(asked, column, total)
        made.append(KeyFigure(column.label, report_address(asked), cell.text, href, change, before.text))
    return made


def _change(column: Column, row: Row, manner: Manner) -> str:
    rate = row[column.name]
    if rate is None:
        return translate(NEW, manner.language) if is_new(column, row) else ""
    return change_words(rate, manner) if rate else translate(_("unchanged"), manner.language)


def _ranked(asked: Asked, row: Row, manner: Manner) -> Ranked:
    kind = "account" if "account_id" in row else "service"
    name = Column(f"{kind}_name", _("Name"), Kind.TEXT)
    sales = Column("sales", _("Sales"), Kind.MONEY)
    (cell,) = cells_of(sales, [row], manner)
    rate = Column("sales_change_rate", sales.label, Kind.CHANGE_RATE, base="sales")
    return Ranked(
        name=row[name.name] or "",
        id=row[f"{kind}_id"] or "",
        href=leads_to(asked, name, row),
        figure=cell.text,
        figure_href=leads_to(asked, sales, row),
        beside=_change(rate, row, manner),
    )


def _low(table: ResultTable, currency: str) -> list[Row]:
    """Rows whose balance is below what was used, or below nothing; the lowest first."""
    found: list[Row] = []
    zero = pa.scalar(Decimal(0), pa.decimal128(38, 12))
    for batch in table.batches:
        closing, used = batch.column("closing"), batch.column("used")
        low = pc.and_(
            pc.equal(batch.column("currency"), pa.scalar(currency)),
            pc.or_(pc.less(closing, used), pc.less(closing, zero)),
        )
        found += batch.filter(low).to_pylist()
    return sorted(found, key=lambda row: (row["closing"], row["account_id"] or ""))


def _lowest(asked: Asked, row: Row, manner: Manner) -> Ranked:
    closing, used = (Column(name, _("Balance"), Kind.MONEY) for name in ("closing", "used"))
    ((has,), (took,)) = (cells_of(column, [row], manner) for column in (closing, used))
    name = Column("account_name", _("Name"), Kind.TEXT)
    return Ranked(
        name=row["account_name"] or "",
        id=row["account_id"] or "",
        href=leads_to(asked, name, row),
        figure=has.text,
        figure_href=leads_to(asked, closing, row),
        beside=took.text,
        is_bad=row["closing"] < 0,
    )


def _charts(asks: _Asks, compared: Asked, currency: str) -> tuple[tuple[str, Charted], ...]:
    """Sales and credit used along the period, beside the one before."""
    made = []
    for slug in ("revenue-detail", "credit-usage"):
        asked = asks.asked(slug, currency=currency)
        # Listings are not compared, their charts are.
        both = replace(
            asked.conditions, compare=compared.conditions.compare, compare_text=compared.conditions.compare_text
        )
        made.append((report_address(asked), charted(replace(asked, conditions=both), asks.manner)))
    return tuple(made)
