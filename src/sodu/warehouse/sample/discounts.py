"""The sample provider's discounts: every story that one can have, for each partner and for many customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from sodu.warehouse.sample.provider import Account
from sodu.warehouse.sample.services import Service

# The sample's clocks stand at Vietnam's time, which has had one offset since 1975.
ZONE = timezone(timedelta(hours=7))
_PARTNER_RATES = ("0.1", "0.15", "0.2", "0.25", "0.3", "0.125", "0.2275")
_CUSTOMER_RATES = ("0.02", "0.05", "0.08", "0.1", "0.12", "0.075")


@dataclass(frozen=True)
class Discount:
    """A row of the contract's table; days as texts of the contract."""

    discount_id: str
    owner: str
    partner_id: str
    account_id: str | None
    service_id: str | None
    product_group: str | None
    rate: str
    requested_at: datetime
    active_from: date
    decided_at: datetime | None = None
    decision: str | None = None
    active_to: date | None = None
    cancelled_at: datetime | None = None
    deal_id: str | None = None


@dataclass(frozen=True)
class Holder:
    """Whose discount it is, and the days that are told."""

    owner: str
    account: Account
    first: date
    today: date

    def day(self, share: float) -> date:
        """The day at a share of the time told, not before the partner managed the account."""
        day = self.first + timedelta(days=int((self.today - self.first).days * share))
        return max(day, self.account.managed_from)


def discounts(accounts: list[Account], services: list[Service], first: date, today: date, seed: int) -> list[Discount]:
    """All discounts: of each partner, and of two in five customers."""
    random = Random(f"discounts {seed}")  # noqa: S311 - repeatable chance is what a sample needs
    rows: list[Discount] = []
    for account in accounts:
        if account.account_type == "partner" and not account.account_id.endswith("-own-1"):
            continue
        owner = account.account_type
        if owner == "customer" and (account.number % 5 > 1 or not account.trades):
            continue
        stories = _for_partner if owner == "partner" else _for_customer
        for row in stories(Holder(owner, account, first, today), services, random):
            rows.append(replace(row, discount_id=f"{'DP' if owner == 'partner' else 'DC'}-{len(rows) + 1:05}"))
    return rows


def _for_partner(holder: Holder, services: list[Service], random: Random) -> Iterator[Discount]:
    groups = sorted({service.product_group for service in services})
    if holder.account.number % 2 == 0:
        yield from _chain(holder, {"product_group": "*"}, ("0.1", "0.12", "0.15"))
    for group in groups[holder.account.number % 3 :: 2]:
        yield from _chain(
            holder, {"product_group": group}, (_one(random, _PARTNER_RATES), _one(random, _PARTNER_RATES))
        )
    for story, service in zip(_STORIES, random.sample(services, len(_STORIES)), strict=True):
        yield story(_request(holder, {"service_id": service.service_id}, _one(random, _PARTNER_RATES), 0.3), holder)
    deal = _request(holder, {"service_id": services[0].service_id}, "0.4", 0.5)
    yield _approved(replace(deal, deal_id=f"DEAL-{holder.account.partner_id[-2:]}"), holder)


def _for_customer(holder: Holder, services: list[Service], random: Random) -> Iterator[Discount]:
    # One customer in seven has a better rate than its partner: a spread below zero, which the report must flag.
    rates = ("0.35", "0.45") if holder.account.number % 7 == 0 else (_one(random, _CUSTOMER_RATES), "0.06")
    yield from _chain(holder, {"product_group": "*"}, rates[: 1 + holder.account.number % 2])
    for story in random.sample(_STORIES, 2):
        service = services[int(random.random() * len(services))]
        yield story(_request(holder, {"service_id": service.service_id}, _one(random, _CUSTOMER_RATES), 0.4), holder)


def _one(random: Random, choices: tuple[str, ...]) -> str:
    return choices[int(random.random() * len(choices))]


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 17, 5, 250_000), ZONE)


def _request(holder: Holder, target: dict[str, str], rate: str, share: float) -> Discount:
    """A discount as asked for, ten days before the day from which it is wanted."""
    start = holder.day(share)
    return Discount(
        discount_id="",
        owner=holder.owner,
        partner_id=holder.account.partner_id,
        account_id=holder.account.account_id if holder.owner == "customer" else None,
        service_id=target.get("service_id"),
        product_group=target.get("product_group"),
        rate=rate,
        requested_at=_instant(start - timedelta(days=10), 9),
        active_from=start,
    )


def _chain(holder: Holder, target: dict[str, str], rates: tuple[str, ...]) -> Iterator[Discount]:
    """Discounts for one thing, each superseded by the next."""
    for place, rate in enumerate(rates):
        yield _approved(_request(holder, target, rate, place / len(rates)), holder)


def _approved(row: Discount, holder: Holder) -> Discount:
    """Decided before its first day, or on a day after it; a customer's needs no decision."""
    if row.owner == "customer":
        return row
    decided = row.active_from + timedelta(days=4 if row.active_from.day % 3 == 0 else -3)
    return replace(row, decided_at=_instant(min(decided, holder.today - timedelta(days=1)), 15), decision="approved")


def _rejected(row: Discount, holder: Holder) -> Discount:
    if row.owner == "customer":
        return _expired(row, holder)
    return replace(row, decided_at=_instant(row.active_from - timedelta(days=2), 16), decision="rejected")


def _expired(row: Discount, holder: Holder) -> Discount:
    return replace(_approved(row, holder), active_to=row.active_from + timedelta(days=180))


def _ends_this_year(row: Discount, holder: Holder) -> Discount:
    return replace(_approved(row, holder), active_to=holder.today + timedelta(days=45))


def _cancelled_while_active(row: Discount, holder: Holder) -> Discount:
    return replace(_approved(row, holder), cancelled_at=_instant(row.active_from + timedelta(days=120), 11))


def _cancelled_before(row: Discount, holder: Holder) -> Discount:
    """Approved, and cancelled before it was ever effective."""
    return replace(_approved(row, holder), cancelled_at=_instant(row.active_from - timedelta(days=1), 8))


def _withdrawn(row: Discount, _holder: Holder) -> Discount:
    """Cancelled while it waited for a decision."""
    return replace(row, cancelled_at=_instant(row.active_from - timedelta(days=5), 10))


def _waiting(row: Discount, holder: Holder) -> Discount:
    """Asked for some days ago, and not decided."""
    return _lately(row, holder.today + timedelta(days=10), holder)


def _to_come(row: Discount, holder: Holder) -> Discount:
    """Approved, to be active from a day that is still to come."""
    later = _lately(row, holder.today + timedelta(days=20), holder)
    if row.owner == "customer":
        return later
    return replace(later, decided_at=_instant(holder.today - timedelta(days=1), 14), decision="approved")


def _lately(row: Discount, active_from: date, holder: Holder) -> Discount:
    return replace(row, requested_at=_instant(holder.today - timedelta(days=4), 9), active_from=active_from)


_STORIES = (
    _approved,
    _rejected,
    _expired,
    _ends_this_year,
    _cancelled_while_active,
    _cancelled_before,
    _withdrawn,
    _waiting,
    _to_come,
)
