"""One question to the ledger, and the facts that it selects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .periods import Period, parse_compare, parse_period
from .rows import Charge, Entry, Record

Conditions = Mapping[str, object]
Row = dict[str, object]
Fact = TypeVar("Fact", Entry, Charge)

ACCOUNT_TYPES = ("partner", "customer")


@dataclass(frozen=True)
class Question:
    """The conditions of a report; None is no condition."""

    period: Period
    now: datetime
    partner: str | None
    account_type: str
    accounts: frozenset[str] | None
    services: frozenset[str] | None
    product_groups: frozenset[str] | None
    currency: str | None
    statuses: frozenset[str] | None
    compared: Period | None
    by: str | None
    search: str | None
    discounts: frozenset[str] | None

    def types(self) -> Sequence[str]:
        """The account types that each currency's totals stand for."""
        return ("both", *ACCOUNT_TYPES) if self.account_type == "both" else (self.account_type,)


def parse_question(conditions: Conditions, now: datetime) -> Question:
    """The question of a dict of conditions with the names of reports.md."""
    period = parse_period(_one(conditions, "period") or "this-month", now)
    compare = _one(conditions, "compare")
    return Question(
        period=period,
        now=now,
        partner=_one(conditions, "partner"),
        account_type=_one(conditions, "account_type") or "both",
        accounts=_several(conditions, "account"),
        services=_several(conditions, "service"),
        product_groups=_several(conditions, "product_group"),
        currency=_one(conditions, "currency"),
        statuses=_several(conditions, "status"),
        compared=parse_compare(compare, period, now) if compare else None,
        by=_one(conditions, "by"),
        search=_one(conditions, "search"),
        discounts=_several(conditions, "discount"),
    )


def selected_entries(record: Record, question: Question) -> list[Entry]:
    """The entries of all time that meet every condition but the period."""
    return [e for e in record.entries if _meets(record, question, e)]


def selected_charges(record: Record, question: Question) -> list[Charge]:
    """The charges of all time that meet every condition but the period."""
    return [c for c in record.charges if _meets(record, question, c)]


def in_scope(question: Question, partner: str) -> bool:
    """Whether a fact or discount of this partner is the reader's."""
    return question.partner is None or partner == question.partner


def wanted_service(record: Record, question: Question, service: str | None) -> bool:
    """Whether a service meets the conditions on service and product group."""
    if question.services is not None and service not in question.services:
        return False
    if question.product_groups is None:
        return True
    known = record.services.get(service or "")
    return known is not None and known.product_group in question.product_groups


def of_type(record: Record, facts: Iterable[Fact], account_type: str) -> list[Fact]:
    """The facts of accounts of one type; all of them for `both`."""
    return [f for f in facts if account_type in ("both", record.accounts[f.account].type)]


def currencies_until(facts: Iterable[Entry | Charge], *periods: Period | None) -> list[str]:
    """The currencies that occur before or in a period (or the one compared with)."""
    end = max(p.end for p in periods if p is not None)
    return sorted({f.currency for f in facts if f.at < end})


def instant_text(instant: datetime | None) -> str | None:
    """An instant of the record (already in the reporting zone) as ISO 8601."""
    return None if instant is None else instant.isoformat()


def _meets(record: Record, question: Question, fact: Entry | Charge) -> bool:
    return (
        in_scope(question, fact.partner)
        and question.account_type in ("both", record.accounts[fact.account].type)
        and (question.accounts is None or fact.account in question.accounts)
        and (question.currency is None or fact.currency == question.currency)
        and wanted_service(record, question, fact.service)
    )


def _one(conditions: Conditions, name: str) -> str | None:
    value = conditions.get(name)
    return None if value is None else str(value)


def _several(conditions: Conditions, name: str) -> frozenset[str] | None:
    value = conditions.get(name)
    if value is None:
        return None
    return frozenset([value]) if isinstance(value, str) else frozenset(str(v) for v in _iterable(value))


def _iterable(value: object) -> Iterable[object]:
    if not isinstance(value, Iterable):
        raise TypeError(f"not a list: {value!r}")
    return value
