"""Random discounts in all states, with decisions and cancellations sent as later versions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from .exact import plain
from .periods import DAY, ZONE, day_of
from .random_world import World

# No discount is requested, decided or cancelled after this instant; `now` is later.
LAST_ACT = datetime(2026, 11, 15, 23, 59, tzinfo=ZONE)

STATES = ("awaiting", "rejected", "approved", "approved", "approved", "late", "withdrawn", "cancelled")


@dataclass(frozen=True)
class Offer:
    """A discount that a charge may capture."""

    id: str
    owner: str
    partner: str
    account: str
    rate: Decimal
    batch: int


def add_discounts(world: World, chains: int) -> list[Offer]:
    """Add so many chains of discounts of one owner, account, deal and service each."""
    offers = []
    for _ in range(chains):
        chain = _random_chain(world)
        requested = datetime(2026, 5, 20, 9, tzinfo=ZONE) + world.values.rng.randrange(90) * DAY
        for _ in range(world.values.rng.randint(1, 4)):
            offers.append(_add_discount(world, chain, requested))
            requested += timedelta(days=world.values.rng.randint(1, 45), hours=world.values.rng.randrange(24))
            if requested > LAST_ACT - 5 * DAY:
                break
    return offers


def _random_chain(world: World) -> dict[str, str]:
    """What the discounts of a chain have in common."""
    rng = world.values.rng
    service, group = rng.choice(world.services)
    chain = {"service_id": service, "product_group": ""}
    if rng.random() < 0.4:
        chain = {"service_id": "", "product_group": group if group and rng.random() < 0.6 else "*"}
    chain["deal_id"] = rng.choice(["", "", "D-1", "=D2"])
    if rng.random() < 0.5:
        return chain | {"owner": "partner", "partner_id": rng.choice(world.partners), "account_id": ""}
    account = rng.choice([a for a in world.accounts if a.type == "customer"])
    # Discounts are requested in 2026; the range of that time manages the account.
    span = account.spans[0] if (account.spans[0].after or date.max) > date(2026, 12, 1) else account.spans[-1]
    return chain | {"owner": "customer", "partner_id": span.partner, "account_id": account.id}


def _add_discount(world: World, chain: dict[str, str], requested: datetime) -> Offer:
    values = world.values
    account = next((a for a in world.accounts if a.id == chain["account_id"]), None)
    first_batch = max((s.batch for s in account.spans), default=0) if account else 0
    rate = values.rate()
    active_from = day_of(requested) + values.rng.randint(-3, 40) * DAY
    active_to = active_from + values.rng.randint(1, 60) * DAY if values.chance(0.3) else None
    row = chain | {
        "discount_id": values.identifier("D"),
        "rate": plain(rate),
        "requested_at": values.instant_text(requested),
        "decided_at": "",
        "decision": "",
        "active_from": active_from.isoformat(),
        "active_to": active_to.isoformat() if active_to else "",
        "cancelled_at": "",
    }
    position = (requested - datetime(2026, 5, 20, tzinfo=ZONE)) / timedelta(days=210)
    first = max(world.batch_of(position), first_batch)
    # A batch tells one version of a row: what would follow within the last batch is told at once.
    told = {
        min(first + n, len(world.batches) - 1): version
        for n, version in enumerate(_versions(world, row, requested, active_from))
    }
    for batch, version in told.items():
        world.add(batch, "discounts", version)
    return Offer(row["discount_id"], chain["owner"], chain["partner_id"], chain["account_id"], rate, first)


def _versions(world: World, row: dict[str, str], requested: datetime, active_from: date) -> list[dict[str, str]]:
    """The row as sent: first as requested or at once complete, then with what happened to it."""
    values = world.values
    state = values.rng.choice(STATES)
    acts: list[dict[str, str]] = []
    decided = min(values.within(requested, requested + 8 * DAY), LAST_ACT)
    if state == "late":
        late = datetime.combine(active_from, requested.time(), ZONE) + values.rng.randint(0, 20) * DAY
        decided = min(max(late, requested), LAST_ACT)
    if row["owner"] == "partner" and state in ("rejected", "approved", "late", "cancelled"):
        decision = "rejected" if state == "rejected" else "approved"
        acts.append({"decided_at": values.instant_text(decided), "decision": decision})
    if state in ("withdrawn", "cancelled"):
        effective = max(datetime.combine(active_from, decided.time(), ZONE), decided)
        cancelled = values.within(decided, effective + values.rng.randint(-2, 50) * DAY)
        acts.append({"cancelled_at": values.instant_text(min(cancelled, LAST_ACT))})
    versions = [row]
    for act in acts:
        versions.append(versions[-1] | act)
    return versions[-1:] if values.chance(0.4) else versions
