"""Random credit entries: money in and out, transfers and reversals, prepaid balances never negative."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .random_charges import Sold
from .random_values import AMOUNT_LIMIT, DUST
from .random_world import Account, World

KINDS = {
    "topup": 5,
    "grant": 2,
    "transfer": 5,
    "usage": 6,
    "refund": 2,
    "expiry": 1,
    "adjustment": 2,
    "reversal": 4,
}
TAKING = ("usage", "expiry")


@dataclass(frozen=True)
class Move:
    """What one entry does to one account."""

    account: Account
    kind: str
    amount: Decimal
    reverses: str = ""


@dataclass(frozen=True)
class Done:
    """Entries that were made together and may be reversed together."""

    moves: tuple[Move, ...]
    ids: tuple[str, ...]
    currency: str
    batch: int


class CreditBook:
    """Makes entries in the order of their time and keeps every prepaid balance at or above 0."""

    def __init__(self, world: World, sold: list[Sold]) -> None:
        """Make entries for the accounts of this world, some paying these charges."""
        self._world = world
        self._sold = sold
        self._balances: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        # Credit that arrives in a later batch may not be taken in an earlier one.
        self._floors: dict[str, int] = defaultdict(int)
        self._reversible: list[Done] = []

    def add_entries(self, count: int) -> None:
        """Add about so many entries."""
        values = self._world.values
        still = values.rng.randint(1, 2)  # the last accounts never move
        accounts = self._world.accounts[:-still]
        for position, instant in enumerate(sorted(values.instant() for _ in range(count))):
            base = self._world.batch_of(position / count)
            kind = values.rng.choices(list(KINDS), weights=list(KINDS.values()))[0]
            if kind == "reversal":
                self._reverse(instant, base)
            elif kind == "transfer":
                self._transfer(accounts, instant, base)
            else:
                account = values.rng.choice(accounts)
                self._single(Move(account, kind, values.amount()), instant, base)

    def _single(self, move: Move, instant: datetime, base: int) -> None:
        rng = self._world.values.rng
        currency = rng.choice(self._world.currencies)
        taking = move.kind in TAKING or (move.kind == "adjustment" and rng.random() < 0.5)
        amount = move.amount
        if taking:
            amount = -self._affordable(move.account, currency, amount)
        if amount == 0:
            move, amount = Move(move.account, "topup", move.amount), move.amount
        self._record((Move(move.account, move.kind, amount),), currency, instant, base)

    def _transfer(self, accounts: list[Account], instant: datetime, base: int) -> None:
        values = self._world.values
        source, target = values.rng.sample(accounts, 2)
        currency = values.rng.choice(self._world.currencies)
        amount = self._affordable(source, currency, values.amount())
        if amount != 0:
            legs = (Move(source, "transfer_out", -amount), Move(target, "transfer_in", amount))
            self._record(legs, currency, instant, base)

    def _reverse(self, instant: datetime, base: int) -> None:
        """Reverse an earlier entry or transfer, mostly in whole."""
        values = self._world.values
        if not self._reversible:
            return
        done = self._reversible.pop(values.rng.randrange(len(self._reversible)))
        whole = abs(done.moves[0].amount)
        amount = values.part_of(whole) if whole > DUST and values.chance(0.1) else whole
        moves = tuple(
            Move(m.account, m.kind, amount if m.amount < 0 else -amount, entry_id)
            for m, entry_id in zip(done.moves, done.ids, strict=True)
        )
        if all(self._affordable(m.account, done.currency, amount) == amount for m in moves if m.amount < 0):
            self._record(moves, done.currency, instant, max(base, done.batch))

    def _affordable(self, account: Account, currency: str, amount: Decimal) -> Decimal:
        """The amount, or what part of it a prepaid account can give."""
        if not account.prepaid:
            return amount
        balance = self._balances[account.id, currency]
        if amount <= balance:
            return amount
        if balance < AMOUNT_LIMIT and self._world.values.chance(0.3):
            return balance
        return min(self._world.values.part_of(balance), balance) if balance > 0 else Decimal(0)

    def _record(self, moves: tuple[Move, ...], currency: str, instant: datetime, base: int) -> None:
        values = self._world.values
        spans = [m.account.span_at(instant) for m in moves]
        partners = [s.partner for s in spans if s is not None]
        if len(partners) < len(moves):
            return  # an account is unmanaged that day
        batch = max(base, *(s.batch for s in spans if s), *(self._floors[m.account.id] for m in moves))
        if values.chance(0.1):
            batch = min(batch + 1, len(self._world.batches) - 1)
        shared = {
            "occurred_at": instant.isoformat(),
            "currency": currency,
            "transfer_id": values.identifier("t") if len(moves) > 1 else "",
        }
        rows = [self._row(m, p, shared) for m, p in zip(moves, partners, strict=True)]
        for row, other in zip(rows, reversed(rows), strict=True):
            row["counterparty_account_id"] = other["account_id"] if len(rows) > 1 else ""
        self._keep(moves, rows, currency, batch)

    def _keep(self, moves: tuple[Move, ...], rows: list[dict[str, str]], currency: str, batch: int) -> None:
        values = self._world.values
        for move, row in zip(moves, rows, strict=True):
            self._balances[move.account.id, currency] += move.amount
            if move.account.prepaid and move.amount > 0:
                self._floors[move.account.id] = max(self._floors[move.account.id], batch)
            if move.kind == "usage" and not move.reverses:
                row.update(self._paid(move.account, currency, batch))
        for row in rows if values.chance(0.5) else reversed(rows):
            self._world.add(batch, "credit_entries", row)
        if not moves[0].reverses:
            ids = tuple(row["entry_id"] for row in rows)
            self._reversible.append(Done(moves, ids, currency, batch))

    def _row(self, move: Move, partner: str, shared: dict[str, str]) -> dict[str, str]:
        values = self._world.values
        served = move.kind in ("usage", "refund") and values.chance(0.8)
        return shared | {
            "entry_id": values.identifier("e"),
            "account_id": move.account.id,
            "partner_id": partner,
            "occurred_at": values.instant_text(datetime.fromisoformat(shared["occurred_at"])),
            "kind": move.kind,
            "amount": values.amount_text(move.amount),
            "service_id": values.rng.choice(self._world.services)[0] if served else "",
            "charge_id": "",
            "reverses_entry_id": move.reverses,
            "reference": values.maybe_name(),
            "description": values.maybe_description(),
        }

    def _paid(self, account: Account, currency: str, batch: int) -> dict[str, str]:
        """A usage entry may name the charge that it pays, and then its service."""
        charges = [
            s.row for s in self._sold if s.account is account and s.row["currency"] == currency and s.batch <= batch
        ]
        if not charges or self._world.values.chance(0.5):
            return {}
        charge = self._world.values.rng.choice(charges)
        return {"charge_id": charge["charge_id"], "service_id": charge["service_id"]}
