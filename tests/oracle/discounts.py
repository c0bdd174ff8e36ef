"""The two discount reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from .exact import as_text, plain, ratio, total
from .lives import Life, lives, status_at
from .periods import DAY, Period
from .question import (
    Question,
    Row,
    currencies_until,
    in_scope,
    instant_text,
    of_type,
    selected_charges,
    wanted_service,
)
from .rows import Charge, Discount, Record
from .search import finds_discount

MICROSECOND = timedelta(microseconds=1)


def partner_discounts(record: Record, question: Question) -> list[Row]:
    """One row for each partner discount and currency of the charges that captured it."""
    return _rows(record, question, "partner")


def customer_discounts(record: Record, question: Question) -> list[Row]:
    """One row for each customer discount and currency of the charges that captured it."""
    return _rows(record, question, "customer")


def totals(record: Record, question: Question, owner: str) -> list[Row]:
    """What the listed discounts did, for each account type and currency."""
    listed = [life.discount for life in _listed(record, question, owner)]
    captured = [c for d in listed for c in _captured(record, question, d)]
    rows: list[Row] = []
    for currency in currencies_until(captured, question.period):
        for account_type in question.types():
            charges = [c for c in of_type(record, captured, account_type) if c.currency == currency]
            given = _given([c for c in charges if question.period.holds(c.at)], owner)
            rows.append({"account_type": account_type, "currency": currency} | given)
    return rows


def _rows(record: Record, question: Question, owner: str) -> list[Row]:
    rows: list[Row] = []
    for life in _listed(record, question, owner):
        charges = [c for c in _captured(record, question, life.discount) if question.period.holds(c.at)]
        currencies: list[str | None] = [*sorted({c.currency for c in charges})]
        for currency in currencies or [None]:
            given = _given([c for c in charges if c.currency == currency], owner)
            rows.append(_described(record, question, life) | {"currency": currency} | given)
    return rows


def _listed(record: Record, question: Question, owner: str) -> list[Life]:
    """The discounts that meet the conditions and whose life meets the period."""
    moment = _status_moment(question)
    return [
        life
        for life in lives(record.discounts)
        if life.discount.owner == owner
        and in_scope(question, life.discount.partner)
        and _meets_account(record, question, life.discount)
        and _meets_service(record, question, life.discount)
        and finds_discount(record, question, life.discount)
        and (question.discounts is None or life.discount.id in question.discounts)
        and life.meets(question.period)
        and (question.statuses is None or status_at(life, moment) in question.statuses)
    ]


def _status_moment(question: Question) -> datetime:
    return min(question.period.end - MICROSECOND, question.now)


def _meets_account(record: Record, question: Question, discount: Discount) -> bool:
    """Customer discounts are of an account; for partner discounts the condition chooses charges only."""
    if discount.account is None:
        return True
    return (question.accounts is None or discount.account in question.accounts) and (
        question.account_type in ("both", record.accounts[discount.account].type)
    )


def _meets_service(record: Record, question: Question, discount: Discount) -> bool:
    """A discount meets conditions on services when it covers one that does."""
    if question.services is None and question.product_groups is None:
        return True
    return any(wanted_service(record, question, s) for s in _covered(record, discount))


def _covered(record: Record, discount: Discount) -> set[str]:
    """The services that a discount covers."""
    if discount.service is not None:
        return {discount.service}
    group = discount.product_group
    return {s.id for s in record.services.values() if group in ("*", s.product_group)}


def _captured(record: Record, question: Question, discount: Discount) -> list[Charge]:
    """The selected charges of all time that captured a discount."""
    return [
        c
        for c in selected_charges(record, question)
        if discount.id == (c.partner_discount if discount.owner == "partner" else c.customer_discount)
    ]


def _given(charges: Sequence[Charge], owner: str) -> Row:
    listed = total(c.list_amount for c in charges)
    paid = total(c.partner_amount if owner == "partner" else c.customer_amount for c in charges)
    return {
        "orders": len({c.order for c in charges if c.order is not None}),
        "list": plain(listed),
        "discount_given": plain(listed - paid),
        "effective_rate": as_text(ratio(listed - paid, listed)),
    }


def _described(record: Record, question: Question, life: Life) -> Row:
    discount = life.discount
    account = record.accounts.get(discount.account or "")
    partner_rate = _partner_rate(record, life, question.period)
    spread = None if partner_rate is None else partner_rate - discount.rate
    return {
        "discount_id": discount.id,
        "account_id": discount.account,
        "account_name": account.name if account else None,
        "service_id": discount.service,
        "product_group": discount.product_group,
        "deal_id": discount.deal,
        "rate": plain(discount.rate),
        "previous_rate": as_text(life.previous_rate),
        "requested_at": instant_text(discount.requested_at),
        "decided_at": instant_text(discount.decided_at),
        "decision": discount.decision,
        "active_from": discount.active_from.isoformat(),
        "effective_from": life.effective_from and life.effective_from.isoformat(),
        "effective_to": life.effective_to and life.effective_to.isoformat(),
        "status": status_at(life, _status_moment(question)),
        "status_now": status_at(life, question.now),
        "partner_rate": as_text(partner_rate),
        "spread": as_text(spread),
    }


def _partner_rate(record: Record, life: Life, period: Period) -> Decimal | None:
    """The lowest rate of the partner's own discounts, active that day, on services covered here."""
    if life.discount.owner == "partner" or life.effective_from is None:
        return None
    day = life.effective_from
    if life.effective_in(period):
        day = min(period.after, life.effective_to or period.after) - DAY
    covered = _covered(record, life.discount)
    rates = [
        other.discount.rate
        for other in lives(record.discounts)
        if other.discount.owner == "partner"
        and other.discount.partner == life.discount.partner
        and other.effective_in(Period(day, day + DAY))
        and covered & _covered(record, other.discount)
    ]
    return min(rates, default=None)
