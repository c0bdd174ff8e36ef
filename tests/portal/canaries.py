"""A provider with three partners whose every id, name, text and amount says whose it is; and people of each."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.portal.homes import Portal

if TYPE_CHECKING:
    from sodu.people.accounts.models import User

MONTH = "2026-10"
PEOPLE = ("partner_admin", "partner_member", "limited")
FIRST_KEY = 700_000
"""Keys of what people keep: long enough to be told from any other number of a page."""
UNKNOWN_KEY = 799_999
UNKNOWN_UUID = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Partner:
    """A partner, and the words that only its own people may read."""

    id: str
    word: str
    """Stands in each name, reference and description, and in no id."""
    amount: str
    """A price that nobody else has."""
    hidden: str
    """Stands in the names of the account that the limited member may not see."""

    @property
    def own(self) -> str:
        return f"{self.id}-own"

    @property
    def customers(self) -> tuple[str, str]:
        return f"{self.id}-c1", f"{self.id}-c2"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody else may read, as pages and files may write it."""
        grouped = f"{int(self.amount):,}"
        return (
            self.word,
            self.hidden,
            self.amount,
            grouped,
            grouped.replace(",", "."),
            grouped.replace(",", "\u202f"),
        )


PARTNERS = (
    Partner("pwqa", "zkalphaqx", "918273645", "hiddenalphaqz"),
    Partner("pwqb", "zkbravoqx", "827364519", "hiddenbravoqz"),
    Partner("pwqc", "zkcharlqx", "736451928", "hiddencharlqz"),
)
UNKNOWN = Partner("pwqz", "zknobodyq", "645192837", "hiddennobodyz")
"""Nobody: what is not there at all."""


def write(folder: Path, partners: Iterable[Partner], nth: int = 0) -> Path:
    """Files of the contract for some partners; another `nth` has facts of its own and no descriptions."""
    folder.mkdir()
    partners = list(partners)
    if nth == 0:
        _table(folder, "services", [{"service_id": "svc", "name": "Service", "product_group": "Group"}])
        _table(folder, "partners", [{"partner_id": p.id, "name": f"Partner {p.word}"} for p in partners])
        _table(folder, "accounts", [row for p in partners for row in _accounts(p)])
        _table(folder, "discounts", [row for p in partners for row in _discounts(p)])
    _table(folder, "credit_entries", [row for p in partners for row in _entries(p, nth)])
    _table(folder, "charges", [row for p in partners for row in _charges(p, nth)])
    return folder


def _table(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _accounts(p: Partner) -> list[dict[str, Any]]:
    names = {p.own: f"Own {p.word}", p.customers[0]: f"First {p.word}", p.customers[1]: f"Second {p.hidden}"}
    return [
        {
            "account_id": id_,
            "account_type": "partner" if id_ == p.own else "customer",
            "partner_id": p.id,
            "name": name,
            "email": f"{id_}@{p.word}.example",
            "billing_mode": "prepaid",
            "status": "active",
            "managed_from": "2025-01-01",
        }
        for id_, name in names.items()
    ]


def _discounts(p: Partner) -> list[dict[str, Any]]:
    shared = {"partner_id": p.id, "service_id": "svc", "requested_at": "2026-09-01T09:00:00+07:00"}
    decided = {"decided_at": "2026-09-02T09:00:00+07:00", "decision": "approved", "active_from": "2026-09-03"}
    return [
        {"discount_id": f"{p.id}-dp", "owner": "partner", "account_id": "", "rate": "0.3", **shared, **decided},
        {"discount_id": f"{p.id}-dc", "owner": "customer", "account_id": p.customers[0], "rate": "0.1", **shared}
        | {"decided_at": "", "decision": "", "active_from": "2026-09-03"},
        {"discount_id": f"{p.id}-dh", "owner": "customer", "account_id": p.customers[1], "rate": "0.2", **shared}
        | {"decided_at": "", "decision": "", "active_from": "2026-09-03"},
    ]


def _entries(p: Partner, nth: int) -> list[dict[str, Any]]:
    made = []
    for place, (account, kind, sign) in enumerate(
        [(p.own, "topup", ""), *((account, kind, sign) for account in p.customers for kind, sign in _KINDS)]
    ):
        word = p.hidden if account == p.customers[1] else p.word
        made.append(
            {
                "entry_id": f"{p.id}-e{nth}-{place}",
                "account_id": account,
                "partner_id": p.id,
                "occurred_at": f"{MONTH}-{place + 2:02}T08:0{nth}:00+07:00",
                "kind": kind,
                "amount": f"{sign}{p.amount}",
                "currency": "VND",
                "service_id": "svc" if kind == "usage" else "",
                "reference": f"ref {word} {place}",
                "description": f"text {word}",
            }
        )
    return made


_KINDS = (("topup", ""), ("grant", ""), ("usage", "-"), ("adjustment", "-"))


def _charges(p: Partner, nth: int) -> list[dict[str, Any]]:
    made = []
    for place, account in enumerate((p.own, *p.customers)):
        word = p.hidden if account == p.customers[1] else p.word
        made.append(
            {
                "charge_id": f"{p.id}-k{nth}-{place}",
                "account_id": account,
                "partner_id": p.id,
                "service_id": "svc",
                "occurred_at": f"{MONTH}-{place + 5:02}T09:0{nth}:00+07:00",
                "order_id": f"o {word}",
                "description": f"text {word}",
                "charge_type": "usage",
                "quantity": "1",
                "unit": "hour",
                "list_amount": p.amount,
                "partner_amount": p.amount,
                "customer_amount": p.amount,
                "tax_amount": "0",
                "currency": "VND",
                "partner_discount_id": f"{p.id}-dp",
                "partner_discount_rate": "0.3",
            }
        )
    return made


@dataclass
class Owned:
    """What one person keeps, by kind: keys as addresses name them."""

    user: Any
    keys: dict[str, str] = field(default_factory=dict)
    secret: str = ""


def populate(portal: Portal) -> dict[tuple[str, str], Owned]:
    """People of each partner and of the provider, each with a view, a schedule, exports, a token, and events."""
    owned = {}
    places = [(role, p) for p in PARTNERS for role in PEOPLE] + [("operator", None), ("auditor", None)]
    for number, (role, partner) in enumerate(places):
        owned[role, partner.id if partner else ""] = _person(portal, role, partner, FIRST_KEY + number)
    return owned


def _person(portal: Portal, role: str, partner: Partner | None, key: int) -> Owned:
    from sodu.people.accounts import tokens
    from sodu.people.accounts.models import Token, User

    word, partner_id = (partner.word, partner.id) if partner else ("provider", "")
    named = "partner_member" if role == "limited" else role
    user = User(pk=key, email=f"{role}@{word}.example", name=f"{role} {word}", role=named, partner_id=partner_id)
    user.set_password("correct horse battery")
    user.save(force_insert=True)
    if role == "limited" and partner:
        user.account_limits.create(account_id=partner.customers[0])
    secret = tokens.issue(user, f"token {word}", may_export=True)
    Token.objects.filter(user=user).update(id=key)
    keys = {"token": str(key), "person": str(key), **_kept(portal, user, word, key)}
    return Owned(user, keys, secret)


def _kept(portal: Portal, user: User, word: str, key: int) -> dict[str, str]:
    from sodu.people.audit.log import Actor, record
    from sodu.people.loads.models import Attempt
    from sodu.people.saved import exporting
    from sodu.people.saved.models import Export, Schedule, View
    from sodu.people.tenants.models import Invitation

    now = datetime.now(UTC)
    query = f"period={MONTH}&account_type=both"
    words = {"owner": user, "partner_id": user.partner_id, "slug": "credit-total", "query": query}
    view = View.objects.create(pk=key, name=f"view {word}", **words)
    shared = View.objects.create(pk=key + 100, name=f"shared {word}", is_shared=True, **words)
    schedule = Schedule.objects.create(pk=key, view=view, owner=user, frequency="daily", starts_on=now.date())
    schedule.recipients.add(user)
    export = Export.objects.create(
        pk=uuid.UUID(int=key + (4 << 76) + (8 << 60)), user=user, slug="credit-total", query=query, format="csv", state="done",
        rows=1, expires_at=now + timedelta(days=1), finished_at=now,
        scope={"partners": [user.partner_id] if user.partner_id else None, "accounts": None},
    )  # fmt: skip
    exporting.path_of(portal.home, export).write_text(f"file {word}\n", encoding="utf-8")
    invitation = Invitation.objects.create(
        pk=key, email=f"new{key}@{word}.example", role="partner_member" if user.partner_id else "auditor",
        partner_id=user.partner_id, digest=f"{key:064}", invited_by=user, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    record(Actor(user, agent=f"agent {word}"), "view", "credit-total", query=query, note=word)
    keys = {"view": view, "shared": shared, "schedule": schedule, "export": export, "invitation": invitation}
    if user.is_operator:
        keys["attempt"] = Attempt.objects.create(pk=key, user=user, files=[f"{word}.csv"], state="refused")
    return {name: str(kept.pk) for name, kept in keys.items()}
