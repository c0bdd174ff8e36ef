"""The sample provider's partners and accounts, and who managed whom when."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sodu.warehouse.sample import names
from sodu.warehouse.sample.plan import Provider

_OWN_EACH = 3
_MOVED = 12


@dataclass(frozen=True)
class Account:
    """An account under one partner for a stretch of days; a moved customer has two."""

    account_id: str
    account_type: str
    partner_id: str
    name: str
    email: str
    billing_mode: str
    status: str
    managed_from: date
    managed_to: date | None
    number: int
    """The account's place in the list, from which its random draws are made."""
    weight: int
    """Its share of the sales, of no unit."""
    dollars: int
    """Percent of its lines that are in USD."""
    trades: bool
    """Whether it has any charges."""


def partner_id(number: int) -> str:
    """The id of a partner by its place, from 0."""
    return f"partner-{number + 1:02}"


def accounts(provider: Provider, first: date, today: date, seed: int) -> list[Account]:
    """All accounts as rows of (account, partner, days)."""
    random = Random(f"accounts {seed}")  # noqa: S311 - repeatable chance is what a sample needs
    own = [_own_account(number, first) for number in range(provider.partners * _OWN_EACH)]
    customers: list[Account] = []
    story = Story(provider, first, today, random)
    for number in range(len(own), provider.accounts):
        customers += _customer(number, number - len(own), story)
    return own + customers


@dataclass(frozen=True)
class Story:
    """The days in which the sample plays, and its source of chance."""

    provider: Provider
    first: date
    today: date
    random: Random

    def day(self, from_share: float, to_share: float) -> date:
        """A day between two shares of the time told."""
        share = from_share + (to_share - from_share) * self.random.random()
        return self.first + timedelta(days=int((self.today - self.first).days * share))

    def one_of(self, *choices: str) -> str:
        """One of some words, each as likely."""
        return choices[int(self.random.random() * len(choices))]


def _own_account(number: int, first: date) -> Account:
    partner, ordinal = divmod(number, _OWN_EACH)
    return Account(
        account_id=f"{partner_id(partner)}-own-{ordinal + 1}",
        account_type="partner",
        partner_id=partner_id(partner),
        name=f"{names.partner(partner)} – nội bộ {ordinal + 1}",
        email=f"billing{ordinal + 1}@partner{partner + 1:02}.example",
        billing_mode="postpaid" if ordinal == 2 else "prepaid",
        status="active",
        managed_from=first - timedelta(days=200),
        managed_to=None,
        number=number,
        weight=4_000 // (partner + 1),
        dollars=100 if ordinal == 1 else 0,
        trades=True,
    )


def _customer(number: int, ordinal: int, story: Story) -> list[Account]:
    """The rows of one customer: two where it was moved to another partner."""
    partner = _partner_of(ordinal, story)
    name = _name(ordinal, story)
    status = _status(ordinal)
    started = story.day(0.1, 0.8) if story.random.random() < 0.4 else story.first - timedelta(days=60)
    account = Account(
        account_id=f"acc-{number + 1:05}",
        account_type="customer",
        partner_id=partner_id(partner),
        name=name,
        email=f"{_slug(name)}.{number + 1}@khachhang.example",
        billing_mode="postpaid" if ordinal % 4 == 1 else "prepaid",
        status=status,
        managed_from=started if status in ("active", "closed") else story.today - timedelta(days=3 + ordinal % 20),
        managed_to=story.day(0.82, 0.97) if status == "closed" else None,
        number=number,
        weight=int(1_000 / (1 + story.random.random() * 60)),
        dollars={0: 100, 1: 100, 2: 30}.get(ordinal % 10, 0),
        trades=status in ("active", "closed"),
    )
    if ordinal % (story.provider.accounts // _MOVED) != 17 or status != "active":
        return [account]
    return _moved(account, partner, story)


def _partner_of(ordinal: int, story: Story) -> int:
    """A partner, the k-th as likely as 1/k; the first customers give each partner three."""
    count = story.provider.partners
    if ordinal < 3 * count:
        return ordinal % count
    draw = story.random.random() * sum(1 / (k + 1) for k in range(count))
    for partner in range(count):
        draw -= 1 / (partner + 1)
        if draw < 0:
            return partner
    return 0


def _status(ordinal: int) -> str:
    return {11: "pending", 23: "rejected", 31: "closed", 47: "closed"}.get(ordinal % 61, "active")


def _name(ordinal: int, story: Story) -> str:
    if ordinal % 29 == 5:
        return names.HOSTILE[ordinal // 29 % len(names.HOSTILE)]
    return " ".join(story.one_of(*words) for words in (names.FORMS, names.TRADES, names.PROPER_NAMES))


def _slug(name: str) -> str:
    """What an e-mail address may take of a name."""
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    plain = "".join(letter for letter in bare if letter.isascii() and letter.isalnum())
    return plain[-16:] or "khach"


def _moved(account: Account, partner: int, story: Story) -> list[Account]:
    """The account under its first partner and then, at once or after some days, under another."""
    left = story.day(0.35, 0.75)
    joined = left + timedelta(days=5 if account.number % 3 == 0 else 0)
    before = Account(**{**vars(account), "managed_from": min(account.managed_from, story.first), "managed_to": left})
    other = partner_id((partner + 1) % story.provider.partners)
    return [before, Account(**{**vars(account), "partner_id": other, "managed_from": joined})]
