"""The life of a discount, derived from what was registered; never stored. Pure Python."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sodu.values.period import Period, midnight

_MICROSECOND = timedelta(microseconds=1)
_EVERYTHING = "*"


@dataclass
class Discount:
    """A discount as registered, and from when to when it is effective: days, the end exclusive."""

    registered: dict[str, Any]
    zone: str
    effective_from: date | None = None
    effective_to: date | None = None
    previous: Discount | None = None

    @property
    def approved_at(self) -> datetime | None:
        """When it was approved; a customer's needs no approval and counts as approved when requested."""
        row = self.registered
        if row["decision"] == "approved":
            return _utc(row["decided_at"])
        if row["owner"] == "customer" and row["decision"] is None:
            return _utc(row["requested_at"])
        return None

    @property
    def series(self) -> tuple[Any, ...]:
        """What discounts share that follow one another: owner, account, deal and service."""
        names = ("owner", "partner_id", "account_id", "deal_id", "service_id", "product_group")
        return tuple(self.registered[name] for name in names)

    @property
    def is_ever_effective(self) -> bool:
        """Whether there is a day on which it applies."""
        if self.effective_from is None:
            return False
        return self.effective_to is None or self.effective_from < self.effective_to

    def is_effective_on(self, day: date) -> bool:
        """Whether it applies on a day."""
        return (
            self.effective_from is not None
            and self.effective_from <= day
            and (self.effective_to is None or day < self.effective_to)
        )

    def overlaps(self, period: Period) -> bool:
        """Whether it applies on a day of the period."""
        if self.effective_from is None or not self.is_ever_effective:
            return False
        return self.effective_from < period.end and (self.effective_to is None or period.start < self.effective_to)

    def status_at(self, instant: datetime) -> str:
        """Its status at an instant, from all that is known now."""
        decided, cancelled = _utc(self.registered["decided_at"]), _utc(self.registered["cancelled_at"])
        rejected = decided if self.registered["decision"] == "rejected" else None
        if not self.is_ever_effective and cancelled and cancelled <= instant:
            return "cancelled"
        if rejected and rejected <= instant:
            return "rejected"
        if self.approved_at is None or instant < self.approved_at:
            return "awaiting_approval"
        if self.effective_from and instant < midnight(self.effective_from, self.zone):
            return "awaiting_activation"
        if self.effective_to is None or instant < midnight(self.effective_to, self.zone):
            return "active"
        return "expired"

    def meets(self, period: Period) -> bool:
        """Whether its life meets a period: it applies in it, or it waits or is decided in it."""
        if self.overlaps(period):
            return True
        start, end = period.instants(self.zone)
        if self.effective_from is not None and self.is_ever_effective and self.effective_from < period.start:
            return False
        requested: datetime = self.registered["requested_at"].replace(tzinfo=UTC)
        cancelled = _utc(self.registered["cancelled_at"])
        if requested >= end or (cancelled and cancelled < start):
            return False
        ended = _utc(self.registered["decided_at"]) if self.registered["decision"] == "rejected" else None
        if ended is None and cancelled is None and self.approved_at and not self.is_ever_effective:
            ended = self.approved_at
        return ended is None or ended >= start

    def covers(self, other: Discount) -> bool:
        """Whether the two are for a service in common."""
        mine, theirs = self.registered, other.registered
        if _EVERYTHING in (mine["product_group"], theirs["product_group"]):
            return True
        if mine["service_id"] and theirs["service_id"]:
            return bool(mine["service_id"] == theirs["service_id"])
        groups = {row["product_group"] or row["service_group"] for row in (mine, theirs)}
        return len(groups) == 1

    def is_for_any(self, services: dict[str, str | None]) -> bool:
        """Whether it is for one of some services, given with their product groups."""
        row = self.registered
        if row["service_id"]:
            return bool(row["service_id"] in services)
        return row["product_group"] == _EVERYTHING or row["product_group"] in services.values()

    def last_day_in(self, period: Period) -> date | None:
        """The last day of the period on which it applies; its first day where it does not apply in it."""
        if not self.overlaps(period):
            return self.effective_from
        end = min(self.effective_to, period.end) if self.effective_to else period.end
        return end - timedelta(days=1)


def live(rows: Iterable[dict[str, Any]], zone: str) -> list[Discount]:
    """Discounts with their effective days, from the latest versions of their rows."""
    discounts = [Discount(row, zone) for row in rows]
    series: dict[tuple[Any, ...], list[Discount]] = defaultdict(list)
    for discount in discounts:
        approved = discount.approved_at
        if approved is None:
            continue
        row = discount.registered
        cancelled = _utc(row["cancelled_at"])
        ends = [day for day in (row["active_to"], _day(cancelled, zone) if cancelled else None) if day]
        discount.effective_from = max(row["active_from"], _day(approved, zone))
        discount.effective_to = min(ends) if ends else None
        # One that never takes effect ends none before it.
        if discount.is_ever_effective:
            series[discount.series].append(discount)
    for members in series.values():
        _follow(members)
    return discounts


def _follow(members: list[Discount]) -> None:
    """Each ends, at the latest, when the next begins."""
    members.sort(key=lambda d: (d.effective_from, d.approved_at, d.registered["discount_id"]))
    for earlier, later in itertools.pairwise(members):
        ends = [day for day in (earlier.effective_to, later.effective_from) if day]
        earlier.effective_to = min(ends)
        later.previous = earlier if earlier.is_ever_effective else earlier.previous


def last_instant(period: Period, zone: str, now: datetime) -> datetime:
    """The instant at which a period's statuses are read: its last microsecond, or now."""
    return min(period.instants(zone)[1] - _MICROSECOND, now)


def partner_rate(discount: Discount, partners_own: Iterable[Discount], period: Period) -> Decimal | None:
    """The lowest rate of the partner's own discounts over the services that a customer's discount covers."""
    day = discount.last_day_in(period)
    if day is None:
        return None
    rates = [own.registered["rate"] for own in partners_own if own.is_effective_on(day) and own.covers(discount)]
    return min(rates, default=None)


def _utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None


def _day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()
