"""The oracle: answers the eight reports from the rows handed over, slowly and plainly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import localcontext

from . import credit, discounts, revenue, search
from .exact import EXACT
from .periods import Period
from .question import Conditions, Question, Row, parse_question
from .rows import Batch, Record, known

Answering = Callable[[Record, Question], list[Row]]

REPORTS: Mapping[str, tuple[Answering, Answering]] = {
    "credit-topped-up": (credit.topped_up, credit.topped_up_totals),
    "credit-usage": (credit.usage, credit.usage_totals),
    "credit-total": (credit.credit_total, credit.credit_total_totals),
    "discount-partner": (discounts.partner_discounts, lambda r, q: discounts.totals(r, q, "partner")),
    "discount-customer": (discounts.customer_discounts, lambda r, q: discounts.totals(r, q, "customer")),
    "revenue-detail": (revenue.detail, revenue.totals),
    "revenue-by-service": (revenue.by_service, revenue.totals),
    "revenue-by-account": (revenue.by_account, revenue.totals),
}

# What tells the rows of a report apart; `by` comes before it.
KEYS: Mapping[str, tuple[str, ...]] = {
    "credit-topped-up": ("entry_id",),
    "credit-usage": ("entry_id",),
    "credit-total": ("account_id", "currency"),
    "discount-partner": ("discount_id", "currency"),
    "discount-customer": ("discount_id", "currency"),
    "revenue-detail": ("charge_id",),
    "revenue-by-service": ("service_id", "currency"),
    "revenue-by-account": ("account_id", "currency"),
}


@dataclass(frozen=True)
class Answer:
    """Rows and totals of a report over a period."""

    period: Period
    rows: list[Row]
    totals: list[Row]


class Ledger:
    """Batches of contract rows that can be asked for reports."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        """Keep the batches in the order of loading."""
        self._batches = batches
        self._records: dict[int, Record] = {}

    def known_at(self, batch_count: int | None) -> Record:
        """The record after the first batches; after all by default."""
        count = len(self._batches) if batch_count is None else batch_count
        if count not in self._records:
            self._records[count] = known(self._batches[:count])
        return self._records[count]

    def answer(self, slug: str, conditions: Conditions, now: datetime) -> Answer:
        """The answer of a report; `as_known_at` is a number of batches."""
        as_known_at = conditions.get("as_known_at")
        with localcontext(EXACT):
            record = self.known_at(as_known_at if isinstance(as_known_at, int) else None)
            question = parse_question(conditions, now)
            record = record.as_seen_by(question.partner)
            question = search.narrowed(record, question, slug)
            rows, totals = REPORTS[slug]
            return Answer(question.period, rows(record, question), totals(record, question))


def key_of(slug: str, row: Row, by: object) -> tuple[object, ...]:
    """What tells a row of a report apart from the others."""
    names = (str(by), *KEYS[slug]) if by else KEYS[slug]
    return tuple(row.get(name) for name in names)
