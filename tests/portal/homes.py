"""Homes with data, and portals that serve them in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sodu.warehouse import sample
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.progress import silent
from sodu.warehouse.serving import Serving, serve

if TYPE_CHECKING:
    from django.test import Client

    from sodu.people.accounts.models import User

NOW = "2026-11-20T02:00:00Z"
EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "worked-example"
PARTNER = "P"
DEMO_PARTNERS = ("partner-01", "partner-02", "partner-03")
DEMO_CHARGES = 600


def take(home: Home, *paths: Path) -> None:
    """Load files or folders by the ordinary path."""
    load(home, LoadRequest(paths=paths), "test", datetime.fromisoformat(NOW), silent)


def fill(home: Home) -> None:
    """The worked example, and a small invented provider beside it."""
    take(home, EXAMPLE)
    today = datetime.fromisoformat(NOW).astimezone(ZoneInfo(home.settings.zone)).date()
    with home.scratch() as scratch:
        take(home, *sample.write(scratch / "sample", DEMO_CHARGES, 1, silent, today))


class Portal:
    """A portal in this process, and people who come to it."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.home = serving.home
        self._people: dict[tuple[str, str, tuple[str, ...]], User] = {}

    def person(self, role: str, partner: str = "", accounts: tuple[str, ...] = ()) -> User:
        """A person of that role, partner and accounts, made when first asked for."""
        from sodu.people.accounts.models import User

        key = (role, partner, accounts)
        if key not in self._people:
            email = f"{role}-{len(self._people)}@{partner.lower() or 'provider'}.example"
            person = User.objects.create_user(email, name=f"{role} {partner}".strip(), role=role, partner_id=partner)
            for account_id in accounts:
                person.account_limits.create(account_id=account_id)
            self._people[key] = person
        return self._people[key]

    def as_(self, role: str, partner: str = "", accounts: tuple[str, ...] = ()) -> Client:
        """A client that is signed in as that person; `.person` is who."""
        client = self.anyone()
        client.person = self.person(role, partner, accounts)  # type: ignore[attr-defined]
        client.force_login(client.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def anyone(self, **options: Any) -> Client:
        """A client that is signed in as nobody."""
        from django.test import Client

        return Client(**options)

    def token(self, role: str, partner: str = "", *, may_export: bool = False) -> str:
        """The secret of a new token of that person."""
        from sodu.people.accounts import tokens

        return tokens.issue(self.person(role, partner), "test", may_export=may_export)


@contextmanager
def portal_over(home: Home) -> Iterator[Portal]:
    """A portal that serves a home while the block runs."""
    from sodu.entrances.web.running import holding

    with serve(home, Journal(home)) as serving, holding(serving):
        yield Portal(serving)
