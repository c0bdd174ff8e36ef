"""Answers of the discount reports: lives derived in Python, what they gave summed by the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sodu.reports.answers import totals
from sodu.reports.answers.answer import Answer, no_rows, schema_of
from sodu.reports.answers.checks import check
from sodu.reports.answers.paging import ordered, pages
from sodu.reports.answers.question import Question
from sodu.reports.answers.summary import row_sums
from sodu.reports.answers.totals import Row
from sodu.reports.discounts import Discount, last_instant, live, partner_rate
from sodu.reports.searching import only_found
from sodu.reports.sql import register
from sodu.reports.table import Check
from sodu.values import money
from sodu.values.money import EXACT
from sodu.values.text import mark as _
from sodu.warehouse.engine import Parameter, Query

_NOTHING: Row = {"currency": None, "orders": 0, "list": Decimal(0), "discount_given": Decimal(0)}


def answer(question: Question) -> Answer:
    """The rows, totals and checks of a discount report."""
    report, conditions = question.report, question.conditions
    discounts = live(question.engine.rows(register.registered(question.selection)), question.zone)
    listed = [discount for discount in discounts if _is_listed(question, discount)]
    if question.selection.found:
        listed = only_found(listed, question.selection.found)
    rows = _rows(question, discounts, listed)
    found = pa.Table.from_pydict(
        {column.name: [row[column.name] for row in rows] for column in report.columns},
        schema=schema_of(report.columns),
    )
    table = ordered(found, report.columns, (*conditions.sort, *report.sort))
    whole = _totals(question, [discount.registered["discount_id"] for discount in listed])
    sums = row_sums(table, report.columns)
    sums.pop(None, None)  # type: ignore[call-overload]
    result = Answer(
        columns=report.columns,
        batches=no_rows(),
        total_columns=report.totals,
        totals=whole,
        checks=(_given_adds_up(sums, whole),),
        row_count=table.num_rows,
        row_sums=sums,
        rows_by_currency=False,
    )
    result.batches = pages(question, table, result)
    return result


def _is_listed(question: Question, discount: Discount) -> bool:
    """Whether a discount is a row: its owner's report, its life, and what was asked for."""
    conditions, row = question.conditions, discount.registered
    if conditions.discount and row["discount_id"] not in conditions.discount:
        return False
    if row["owner"] != question.report.owner or not discount.meets(conditions.period):
        return False
    if row["owner"] == "customer":
        accounts = question.selection.accounts
        if conditions.account_type == "partner" or (accounts is not None and row["account"] not in accounts):
            return False
    services = _services(question)
    if services is not None and not discount.is_for_any(services):
        return False
    return not conditions.status or _status(question, discount) in conditions.status


def _services(question: Question) -> dict[str, str | None] | None:
    """The services asked for with their groups; None for all."""
    keys = question.selection.services
    if keys is None:
        return None
    rows = question.engine.rows(
        Query(
            "SELECT DISTINCT k.service_id, v.product_group FROM service_versions AS v "
            "JOIN service_keys AS k ON k.service = v.service WHERE v.service IN (SELECT unnest($services))",
            {"services": Parameter("INTEGER[]", list(keys))},
        )
    )
    return {row["service_id"]: row["product_group"] for row in rows}


def _status(question: Question, discount: Discount) -> str:
    return discount.status_at(last_instant(question.conditions.period, question.zone, question.now))


def _rows(question: Question, discounts: Sequence[Discount], listed: Sequence[Discount]) -> list[Row]:
    """A row for each discount and currency of the charges that captured it; one where none did."""
    owner = question.report.owner or ""
    captured: dict[str, list[Row]] = defaultdict(list)
    for row in question.engine.rows(register.captured(owner, question.selection)):
        captured[row["discount_id"]].append(row)
    partners_own: dict[str, list[Discount]] = defaultdict(list)
    for discount in discounts:
        if discount.registered["owner"] == "partner":
            partners_own[discount.registered["partner_id"]].append(discount)
    rows = []
    for discount in listed:
        own = partners_own[discount.registered["partner_id"]] if owner == "customer" else []
        life = _life(question, discount, own)
        rows += [
            life | given | {"effective_rate": money.ratio(given["discount_given"], given["list"])}
            for given in captured.get(discount.registered["discount_id"], [_NOTHING])
        ]
    return rows


def _life(question: Question, discount: Discount, partners_own: Sequence[Discount]) -> Row:
    row = discount.registered
    rate = partner_rate(discount, partners_own, question.conditions.period)
    return row | {
        "previous_rate": discount.previous.registered["rate"] if discount.previous else None,
        "effective_from": discount.effective_from,
        "effective_to": discount.effective_to,
        "status": _status(question, discount),
        "status_now": discount.status_at(question.now),
        "partner_rate": rate,
        "spread": None if rate is None else EXACT.subtract(rate, row["rate"]),
    }


def _totals(question: Question, ids: list[str]) -> tuple[Row, ...]:
    parts = question.engine.rows(register.totals(question.report.owner or "", question.selection, ids))

    def total(currency: str, account_type: str) -> Row:
        mine: list[dict[str, Any]] = [
            part
            for part in parts
            if part["currency"] == currency
            and (part["all_types"] if account_type == "both" else not part["all_types"])
            and (account_type == "both" or totals.belongs(part["own"], account_type))
        ]
        made: Row = {
            "orders": int(totals.summed(mine, "orders")),
            "list": Decimal(totals.summed(mine, "list")),
            "discount_given": Decimal(totals.summed(mine, "discount_given")),
        }
        return made | {"effective_rate": money.ratio(made["discount_given"], made["list"])}

    found = {part["currency"] for part in parts}
    # The history is read only for currencies that occur in it and not among what the period captured.
    missing = [code for code in question.currencies() if code not in found]
    if missing and ids:
        query = register.currencies_before(question.report.owner or "", question.selection, ids, missing)
        found |= {row["currency"] for row in question.engine.rows(query)}
    return totals.of_currencies(sorted(found), question.conditions.account_type, total)


def _given_adds_up(sums: dict[str, Row], whole: Sequence[Row]) -> Check:
    firsts = {total["currency"]: total for total in reversed(whole)}
    broken = [
        f"{name} {currency}"
        for currency, total in firsts.items()
        for name in ("list", "discount_given")
        if sums.get(currency, {}).get(name, 0) != total[name]
    ]
    return check("rows_add_up", _("The rows add up to the totals, for every measure and currency"), broken)
