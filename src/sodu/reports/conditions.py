"""The question of one run: every condition, parsed once, whole and frozen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sodu.reports.report import Report
from sodu.values import limits, period as periods
from sodu.values.errors import WrongUsage
from sodu.values.period import Period
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.facts import KIND_SIGNS

KINDS = tuple(KIND_SIGNS)
STATUSES = ("awaiting_approval", "rejected", "awaiting_activation", "active", "expired", "cancelled")
BUCKETS = ("day", "week", "month", "quarter")
ACCOUNT_TYPES = ("partner", "customer", "both")

CONDITIONS: dict[str, Text] = {
    "period": _(
        "The period: a frame such as this-month, a calendar text such as 2026-10, or two days 2026-10-01..2026-10-31"
    ),
    "account_type": _("partner, customer or both"),
    "account": _("An account; may be given several times"),
    "service": _("A service; may be given several times"),
    "product_group": _("A product group; may be given several times"),
    "currency": _("One currency"),
    "discount": _("A discount, or the charges that captured it; may be given several times"),
    "kind": _("A kind of credit entry; may be given several times"),
    "status": _("A discount's status; may be given several times"),
    "compare": _("previous, year, or a period to compare with"),
    "by": _("A further dimension: day, week, month or quarter"),
    "as_known_at": _("A number of the journal, or an instant: the answer as it was known then"),
    "show_zero": _("yes: also accounts that have neither movement nor balance"),
    "search": _("A text to find rows by: in names and ids of accounts and services, and in a row's own ids and texts"),
    "sort": _("A column to sort by; with - before it, from the greatest"),
    "columns": _("The columns to show, in order, with commas between"),
    "limit": _("Rows of a page"),
    "after": _("Where the page begins: the `next` of the page before"),
}
"""Every condition by its name, and what it is."""

SEVERAL = frozenset({"account", "service", "product_group", "discount", "kind", "status"})
SHARED = ("period", "account_type", "account", "service", "product_group", "currency", "search", "as_known_at")
ANSWERING = ("sort", "columns", "limit", "after")


@dataclass(frozen=True)
class Conditions:
    """All conditions of one run, valid and immutable."""

    period_text: str
    period: Period
    account_type: str = "both"
    account: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    product_group: tuple[str, ...] = ()
    currency: str | None = None
    discount: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    compare_text: str | None = None
    compare: Period | None = None
    by: str | None = None
    as_known_at: str | None = None
    show_zero: bool = False
    search: str | None = None
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int | None = None
    after: str | None = None

    def wire(self) -> dict[str, Any]:
        """The question in its canonical words, as JSON values; what was not asked is left out."""
        words: dict[str, Any] = {"period": self.period_text, "account_type": self.account_type}
        for name in ("account", "service", "product_group", "discount", "kind", "status", "sort", "columns"):
            if values := getattr(self, name):
                words[name] = list(values)
        single = {
            "currency": self.currency,
            "compare": self.compare_text,
            "by": self.by,
            "as_known_at": self.as_known_at,
            "show_zero": self.show_zero or None,
            "search": self.search,
            "limit": self.limit,
        }
        return words | {name: value for name, value in single.items() if value is not None}

    def of_figure(self, currency: str, account_type: str | None = None) -> Conditions:
        """The same question of one currency and, for a total, one account type."""
        return replace(self, currency=currency, account_type=account_type or self.account_type, after=None)


def parse(report: Report, wire: Mapping[str, Sequence[str]], today: date) -> Conditions:
    """The conditions that a question's words mean for a report.

    Raises WrongUsage, the same everywhere, for a name that the report does not know and for an ill-formed value.
    """
    for name in wire:
        if name not in report.conditions:
            raise WrongUsage(
                _("{name}: {slug} has no such condition; it has {known}"),
                name=name,
                slug=report.slug,
                known=", ".join(report.conditions),
            )
    words = {name: _values(name, values) for name, values in wire.items() if values}
    one = {name: values[0] for name, values in words.items() if name not in SEVERAL}
    period_text = one.get("period", "this-month")
    compare_text = one.get("compare")
    period = periods.parse(period_text, today)
    return Conditions(
        period_text=period_text,
        period=period,
        account_type=_choice("account_type", one.get("account_type", "both"), ACCOUNT_TYPES),
        account=_ids(words.get("account", ())),
        service=_ids(words.get("service", ())),
        product_group=tuple(sorted(set(words.get("product_group", ())))),
        currency=_currency(one.get("currency")),
        discount=_ids(words.get("discount", ())),
        kind=tuple(_choice("kind", text, KINDS) for text in sorted(set(words.get("kind", ())))),
        status=tuple(_choice("status", text, STATUSES) for text in sorted(set(words.get("status", ())))),
        compare_text=compare_text,
        compare=periods.earlier(period, compare_text, today) if compare_text else None,
        by=_choice("by", one["by"], BUCKETS) if "by" in one and one["by"] != "none" else None,
        as_known_at=one.get("as_known_at"),
        show_zero=_choice("show_zero", one.get("show_zero", "no"), ("yes", "no")) == "yes",
        search=_search(one["search"]) if "search" in one else None,
        sort=_columns_of(report, "sort", one.get("sort", "")),
        columns=_columns_of(report, "columns", one.get("columns", "")),
        limit=_limit(one.get("limit")),
        after=one.get("after"),
    )


def _values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    if name not in SEVERAL and len(values) > 1:
        raise WrongUsage(_("{name}: given {count} times; it takes one value"), name=name, count=len(values))
    if name == "account" and len(values) > limits.ACCOUNTS_ASKED_MAX:
        raise WrongUsage(_("{name}: at most {limit} at once"), name=name, limit=limits.ACCOUNTS_ASKED_MAX)
    return tuple(values)


def _ids(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({unicodedata.normalize("NFC", value) for value in values}))


def _choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise WrongUsage(_("{name}: '{text}' is none of {choices}"), name=name, text=text, choices=", ".join(choices))
    return text


def _columns_of(report: Report, name: str, text: str) -> tuple[str, ...]:
    asked = tuple(part for part in text.split(",") if part)
    known = {column.name for column in report.columns} | {*BUCKETS}
    for part in asked:
        base = part.removeprefix("-") if name == "sort" else part
        for suffix in ("_before", "_change", "_change_rate"):
            base = base if base in known else base.removesuffix(suffix)
        if base not in known:
            raise WrongUsage(
                _("{name}: {slug} has no column '{text}'; it has {known}"),
                name=name,
                slug=report.slug,
                text=part,
                known=", ".join(column.name for column in report.columns),
            )
    return asked


def _currency(code: str | None) -> str | None:
    if code is not None and code != "CREDIT" and not re.fullmatch(r"[A-Z]{3}", code):
        raise WrongUsage(_("currency: '{text}' is no code such as VND, USD or CREDIT"), text=code)
    return code


def _search(text: str) -> str:
    sought = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(sought) <= limits.SEARCH_CHARACTERS_MAX or not sought.isprintable():
        raise WrongUsage(
            _("search: give 1 to {most} characters, each of which can be seen"), most=limits.SEARCH_CHARACTERS_MAX
        )
    return sought


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= limits.PAGE_ROWS_MAX):
        raise WrongUsage(_("limit: '{text}' is no whole number from 1 to {most}"), text=text, most=limits.PAGE_ROWS_MAX)
    return int(text)


def sentences(conditions: Conditions) -> tuple[Message, ...]:
    """The conditions in words, a sentence each; the period is said by every answer anyway."""
    types = {
        "both": _("Accounts: partners' own and customers'"),
        "partner": _("Accounts: partners' own"),
        "customer": _("Accounts: customers'"),
    }
    said = [Message(types[conditions.account_type])]
    for label, values in (
        (_("Account: {values}"), conditions.account),
        (_("Service: {values}"), conditions.service),
        (_("Product group: {values}"), conditions.product_group),
        (_("Discount: {values}"), conditions.discount),
        (_("Kind: {values}"), conditions.kind),
        (_("Status: {values}"), conditions.status),
        (_("Currency: {values}"), (conditions.currency,) if conditions.currency else ()),
        (_("Search: {values}"), (conditions.search,) if conditions.search else ()),
    ):
        if values:
            said.append(Message(label, {"values": ", ".join(values)}))
    if conditions.compare:
        compared = str(conditions.compare).replace("..", " – ")
        said.append(Message(_("Compared with: {period}"), {"period": compared}))
    if conditions.by:
        said.append(Message(_BY[conditions.by]))
    if conditions.show_zero:
        said.append(Message(_("Accounts without movement and balance are shown")))
    return tuple(said)


_BY = {"day": _("By day"), "week": _("By week"), "month": _("By month"), "quarter": _("By quarter")}
