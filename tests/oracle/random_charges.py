"""Random charges with refunds, corrections and captured discounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .exact import plain
from .random_discounts import Offer
from .random_values import AMOUNT_LIMIT, CUTTING, DUST
from .random_world import Account, World


@dataclass(frozen=True)
class Sold:
    """A charge that others may correct, refund or pay."""

    row: dict[str, str]
    account: Account
    batch: int


def add_charges(world: World, offers: list[Offer], count: int) -> list[Sold]:
    """Add so many charges in the order of their time."""
    sold: list[Sold] = []
    accounts = world.accounts[: max(2, len(world.accounts) * 4 // 5)]  # the others never move
    # Accounts with a discount of their own buy more often, so that it is captured.
    favoured = [a for a in accounts if any(o.account == a.id for o in offers)] or accounts
    services = [s for s, _ in world.services[:-1]]  # the last is never sold
    instants = sorted(world.values.instant() for _ in range(count))
    for position, instant in enumerate(instants):
        account = world.values.rng.choice(favoured if world.values.chance(0.3) else accounts)
        span = account.span_at(instant)
        if span is None:
            continue
        batch = max(world.batch_of(position / count), span.batch)
        if world.values.chance(0.1):
            batch = min(batch + 1, len(world.batches) - 1)
        charge = _Charge(world, account, span.partner, instant, batch)
        row = charge.changed(sold) or charge.ordered(world.values.rng.choice(services), offers)
        world.add(batch, "charges", row)
        sold.append(Sold(row, account, batch))
    return sold


@dataclass(frozen=True)
class _Charge:
    """A charge in the making."""

    world: World
    account: Account
    partner: str
    instant: datetime
    batch: int

    def ordered(self, service: str, offers: list[Offer]) -> dict[str, str]:
        """A charge of an order or a meter."""
        values = self.world.values
        listed = Decimal(0) if values.chance(0.03) else values.amount()
        partner_offer = self._offer(offers, "partner")
        customer_offer = self._offer(offers, "customer")
        partner_amount = _discounted(listed, partner_offer)
        amounts = [listed, partner_amount, _discounted(listed, customer_offer)]
        row = self._row(amounts, values.rng.choice(self.world.currencies))
        row |= _captured("partner", partner_offer) | _captured("customer", customer_offer)
        row |= {
            "service_id": service,
            "charge_type": values.rng.choice(["new", "renew", "resize", "usage", "usage"]),
            "order_id": f"o{values.rng.randrange(30)}" if values.chance(0.7) else "",
            "corrects_charge_id": "",
        }
        if listed == 0 and values.chance(0.5):
            row["list_amount"] = "-0.00"
        return row

    def changed(self, sold: list[Sold]) -> dict[str, str] | None:
        """A refund or correction of an earlier charge of the account, if there is one."""
        values = self.world.values
        earlier = [s for s in sold if s.account is self.account and s.batch <= self.batch]
        if not earlier or not values.chance(0.3):
            return None
        before = values.rng.choice(earlier).row
        share = values.rng.choice([Decimal(-1), Decimal("-0.5"), Decimal("-0.1"), Decimal("0.3")])
        names = ("list_amount", "partner_amount", "customer_amount")
        amounts = [_cut(CUTTING.multiply(Decimal(before[name]), share)) for name in names]
        kind = "refund" if share < 0 and values.chance(0.5) else "correction"
        named = kind == "correction" or values.chance(0.6)
        kept = ("service_id", "order_id", "partner_discount_id", "partner_discount_rate")
        row = self._row(amounts, before["currency"]) | {name: before[name] for name in kept}
        row |= {name: before[name] for name in ("customer_discount_id", "customer_discount_rate")}
        return row | {"charge_type": kind, "corrects_charge_id": before["charge_id"] if named else ""}

    def _row(self, amounts: list[Decimal], currency: str) -> dict[str, str]:
        """What every charge has; a partner's own account pays what the partner pays."""
        values = self.world.values
        listed, partner_amount, customer_amount = amounts
        if self.account.type == "partner":
            customer_amount = partner_amount
        tax = _cut(CUTTING.multiply(customer_amount, Decimal("0.1")))
        timed = values.chance(0.5)
        row = {
            "charge_id": values.identifier("k"),
            "account_id": self.account.id,
            "partner_id": self.partner,
            "occurred_at": values.instant_text(self.instant),
            "service_from": values.instant_text(self.instant) if timed else "",
            "service_to": values.instant_text(self.instant + timedelta(hours=36)) if timed else "",
            "quantity": plain(values.quantity()) if values.chance(0.7) else "",
            "list_amount": values.amount_text(listed),
            "partner_amount": values.amount_text(partner_amount),
            "customer_amount": values.amount_text(customer_amount),
            "tax_amount": values.amount_text(tax) if values.chance(0.8) else "",
            "currency": currency,
            "description": values.maybe_description(),
            "x_note": values.maybe_name(),
        }
        for name in ("invoice_id", "resource_id", "sku", "unit"):
            # Ids have no white space at the ends; the same words serve for ids and texts here.
            row[name] = values.maybe_name().strip()[:128].strip()
        return row

    def _offer(self, offers: list[Offer], owner: str) -> Offer | None:
        fitting = [
            o
            for o in offers
            if (o.owner, o.partner) == (owner, self.partner)
            and o.account in ("", self.account.id)
            and o.batch <= self.batch
        ]
        return self.world.values.rng.choice(fitting) if fitting and self.world.values.chance(0.7) else None


def _discounted(listed: Decimal, offer: Offer | None) -> Decimal:
    return listed if offer is None else _cut(CUTTING.multiply(listed, 1 - offer.rate))


def _captured(owner: str, offer: Offer | None) -> dict[str, str]:
    return {
        f"{owner}_discount_id": offer.id if offer else "",
        f"{owner}_discount_rate": plain(offer.rate) if offer else "",
    }


def _cut(amount: Decimal) -> Decimal:
    cut = amount.quantize(DUST, context=CUTTING)
    assert abs(cut) < AMOUNT_LIMIT
    return cut
