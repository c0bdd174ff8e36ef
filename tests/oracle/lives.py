"""The life of a discount: when it takes effect, what ends it, and its status at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .periods import Period, day_of, midnight
from .rows import Discount


@dataclass(frozen=True)
class Life:
    """A discount with what the contract derives from it and those beside it."""

    discount: Discount
    approved_at: datetime | None
    effective_from: date | None
    effective_to: date | None
    previous_rate: Decimal | None

    @property
    def takes_effect(self) -> bool:
        """Whether the discount is effective on any day."""
        if self.effective_from is None:
            return False
        return self.effective_to is None or self.effective_from < self.effective_to

    def effective_in(self, period: Period) -> bool:
        """Whether the discount is effective on a day of the period."""
        if not self.takes_effect or self.effective_from is None:
            return False
        ends_later = self.effective_to is None or self.effective_to > period.first
        return self.effective_from < period.after and ends_later

    def meets(self, period: Period) -> bool:
        """Whether the life of the discount, from its request on, meets the period."""
        if self.effective_in(period):
            return True
        if self.discount.requested_at >= period.end:
            return False
        if self.takes_effect:
            return self.effective_from is not None and self.effective_from >= period.after
        return all(end >= period.start for end in self._ends_without_effect())

    def _ends_without_effect(self) -> list[datetime]:
        """What may end the life of a discount that never takes effect."""
        ends = []
        if self.discount.cancelled_at is not None:
            ends.append(self.discount.cancelled_at)
        if self.discount.decision == "rejected" and self.discount.decided_at is not None:
            ends.append(self.discount.decided_at)
        if self.approved_at is not None and self.discount.cancelled_at is None:
            ends.append(self.approved_at)  # it had ended, or was superseded, before it could start
        return ends


def lives(discounts: Sequence[Discount]) -> list[Life]:
    """The life of each discount."""
    return [_life(discount, discounts) for discount in discounts]


def status_at(life: Life, instant: datetime) -> str:
    """The status of a discount at an instant."""
    discount = life.discount
    cancelled = discount.cancelled_at is not None and discount.cancelled_at <= instant
    if cancelled and not life.takes_effect:
        return "cancelled"
    if discount.decision == "rejected" and discount.decided_at is not None and discount.decided_at <= instant:
        return "rejected"
    if life.approved_at is None or life.effective_from is None or instant < life.approved_at:
        return "awaiting_approval"
    if instant < midnight(life.effective_from):
        return "awaiting_activation"
    if life.effective_to is None or instant < midnight(life.effective_to):
        return "active"
    return "expired"


def _life(discount: Discount, discounts: Sequence[Discount]) -> Life:
    starts = _effective_from(discount)
    if starts is None:
        return Life(discount, None, None, None, None)
    chain = sorted((d for d in discounts if _chain_key(d) == _chain_key(discount)), key=_order)
    chain = [d for d in chain if _may_take_effect(d)]
    later = [d for d in chain if _order(d) > _order(discount)]
    ends = [day for day in (_own_end(discount), *map(_effective_from, later[:1])) if day is not None]
    effective_to = min(ends, default=None)
    life = Life(discount, _approved_at(discount), starts, effective_to, None)
    return life if not life.takes_effect else _with_previous(life, chain)


def _with_previous(life: Life, chain: Sequence[Discount]) -> Life:
    """The life with the rate of the discount that took effect before it."""
    earlier = [d for d in chain if (_effective_from(d) or date.max) < (life.effective_from or date.min)]
    previous = earlier[-1].rate if earlier else None
    return Life(life.discount, life.approved_at, life.effective_from, life.effective_to, previous)


def _chain_key(discount: Discount) -> tuple[str | None, ...]:
    """Same owner, account, deal and service (or product group)."""
    return (
        discount.owner,
        discount.partner,
        discount.account,
        discount.deal,
        discount.service,
        discount.product_group,
    )


def _order(discount: Discount) -> tuple[date, datetime, str]:
    """The order of approved discounts of one chain."""
    starts = _effective_from(discount) or date.max
    return (starts, _approved_at(discount) or midnight(date.max), discount.id)


def _approved_at(discount: Discount) -> datetime | None:
    if discount.owner == "customer":
        return discount.requested_at
    return discount.decided_at if discount.decision == "approved" else None


def _effective_from(discount: Discount) -> date | None:
    """The later of the day asked for and the day of the decision; None while not approved."""
    approved_at = _approved_at(discount)
    return None if approved_at is None else max(discount.active_from, day_of(approved_at))


def _own_end(discount: Discount) -> date | None:
    """The day from which a discount is over by itself."""
    cancelled = None if discount.cancelled_at is None else day_of(discount.cancelled_at)
    return min((day for day in (discount.active_to, cancelled) if day is not None), default=None)


def _may_take_effect(discount: Discount) -> bool:
    """Approved, and not over by itself before it starts."""
    starts, ends = _effective_from(discount), _own_end(discount)
    return starts is not None and (ends is None or starts < ends)
