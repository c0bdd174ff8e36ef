"""Random partners, accounts (some moved between partners), services, and who managed what when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .periods import day_of
from .random_values import Values

TextBatch = dict[str, list[dict[str, str]]]

CURRENCIES = (("VND", "USD", "CREDIT"), ("VND", "USD", "EUR"), ("USD", "VND", "JPY"))
GROUPS = ("Compute", "Storage", "Bảo mật, mạng", "")


@dataclass(frozen=True)
class Span:
    """A range of management, with the batch that makes it known."""

    partner: str
    first: date
    after: date | None
    batch: int

    def holds(self, day: date) -> bool:
        """Whether the account was managed by this partner on that day."""
        return self.first <= day and (self.after is None or day < self.after)


@dataclass(frozen=True)
class Account:
    """An account with its ranges of management."""

    id: str
    type: str
    prepaid: bool
    spans: Sequence[Span]

    def span_at(self, instant: datetime) -> Span | None:
        """The range of management on the day of an instant."""
        return next((s for s in self.spans if s.holds(day_of(instant))), None)


@dataclass
class World:
    """What exists, and the batches of rows that tell of it."""

    values: Values
    batches: list[TextBatch]
    currencies: Sequence[str]
    partners: list[str] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    services: list[tuple[str, str]] = field(default_factory=list)

    def add(self, batch: int, table: str, row: dict[str, str]) -> None:
        """Put a row in a batch."""
        self.batches[batch].setdefault(table, []).append(row)

    def batch_of(self, position: float) -> int:
        """The batch in which a fact at this share of the history usually arrives."""
        return min(int(position * len(self.batches)), len(self.batches) - 1)


def make_world(values: Values, batch_count: int, customers: int) -> World:
    """A world with its descriptions and their later versions."""
    world = World(values, [{} for _ in range(batch_count)], values.rng.choice(CURRENCIES))
    for _ in range(values.rng.randint(2, 4)):
        _add_partner(world)
    for partner in world.partners:
        for _ in range(values.rng.randint(1, 2)):
            _add_account(world, "partner", [Span(partner, date(2000, 1, 1), None, 0)])
    for _ in range(customers):
        _add_account(world, "customer", _random_spans(world))
    for _ in range(values.rng.randint(5, 8)):
        _add_service(world)
    return world


def _add_partner(world: World) -> None:
    partner = world.values.identifier("P")
    world.partners.append(partner)
    world.add(0, "partners", {"partner_id": partner, "name": world.values.name()})
    if world.values.chance(0.4):
        row = {"partner_id": partner, "name": world.values.name()}
        world.add(len(world.batches) - 1, "partners", row)


def _random_spans(world: World) -> list[Span]:
    """One partner for good, or one after the other, at times with days unmanaged between."""
    values = world.values
    known = values.rng.choice([0, 0, 0, 1]) % len(world.batches)
    first = values.rng.choice([date(2000, 1, 1), date(2025, 1, 1)])
    if not values.chance(0.3):
        return [Span(values.rng.choice(world.partners), first, None, known)]
    old, new = values.rng.sample(world.partners, 2)
    moved = values.rng.choice([date(2026, 10, 1), date(2026, 9, 15), date(2026, 11, 1), values.day()])
    again = moved + timedelta(days=values.rng.choice([0, 0, 3]))
    told = values.rng.choice([known, len(world.batches) - 1])
    return [Span(old, first, moved, known), Span(new, again, None, told)]


def _add_account(world: World, account_type: str, spans: list[Span]) -> None:
    values = world.values
    account = Account(values.identifier("A"), account_type, values.chance(0.5), spans)
    world.accounts.append(account)
    row = _account_row(world, account, spans[0])
    world.add(spans[0].batch, "accounts", row)
    if len(spans) > 1:
        if spans[1].batch > spans[0].batch:  # the move becomes known later: the first range is sent again
            world.add(spans[1].batch, "accounts", row | {"managed_to": str(spans[0].after)})
        else:
            row["managed_to"] = str(spans[0].after)
        name = values.name() if values.chance(0.5) else row["name"]
        row = _account_row(world, account, spans[1]) | {"name": name}
        world.add(spans[1].batch, "accounts", row)
    if values.chance(0.25) and spans[-1].batch < len(world.batches) - 1:
        renamed = row | {"name": values.name(), "status": "closed", "email": "new@example.com"}
        world.add(len(world.batches) - 1, "accounts", renamed)


def _account_row(world: World, account: Account, span: Span) -> dict[str, str]:
    return {
        "account_id": account.id,
        "account_type": account.type,
        "partner_id": span.partner,
        "name": world.values.name(),
        "email": "a@example.com" if world.values.chance(0.5) else "",
        "billing_mode": "prepaid" if account.prepaid else "postpaid",
        "status": "active",
        "managed_from": span.first.isoformat(),
        "managed_to": "",
    }


def _add_service(world: World) -> None:
    values = world.values
    service, group = values.identifier("S"), values.rng.choice(GROUPS)
    world.services.append((service, group))
    row = {"service_id": service, "name": values.name(), "product_group": group}
    world.add(0, "services", row)
    if values.chance(0.2):
        world.add(len(world.batches) - 1, "services", row | {"name": values.name()})
