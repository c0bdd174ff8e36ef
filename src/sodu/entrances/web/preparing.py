"""What is done before a portal serves: its database, its static files, the first operator's way in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command

from sodu.entrances.configuration import Configuration
from sodu.values.errors import Busy
from sodu.values.limits import PREPARE_SECONDS_MAX
from sodu.values.text import mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import refresh
from sodu.warehouse.progress import Progress, silent


def prepare(home: Home, progress: Progress = silent) -> None:
    """Bring the portal's database, its static files and the warehouse up to this version."""
    prepare_database(home)
    call_command("collectstatic", verbosity=0, interactive=False)
    refresh(home, Journal(home), progress)

    from sodu.people.loads.attempts import end_abandoned
    from sodu.people.servers import presence

    if not home.settings.database:
        # Whoever keeps its files serves them alone: what others were doing is taken over at once.
        presence.forget_others()
    end_abandoned()


def prepare_database(home: Home) -> None:
    """Bring the portal's database up to this version: what a command beside the server needs."""
    django.setup()
    with _alone(home):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Several hosts may start at once: one after the other makes what is lacking."""
    if not home.settings.database:
        yield
        return
    from sodu.warehouse.postgresql import PREPARING, Database

    busy = _("another process ({holder}) is preparing the portal's database; try again when it is done")
    with Database(home.settings.database).lock(PREPARING, PREPARE_SECONDS_MAX, lambda who: Busy(busy, holder=who)):
        yield


def first_link(configuration: Configuration) -> str | None:
    """A link that signs in the first operator, where there is no operator who can sign in; else None."""
    from sodu.people.tenants.invitations import first_operator_link

    return first_operator_link(configuration.url)


def let_go() -> None:
    """Close the portal's database: a connection to SQLite may not be used on the other side of a fork."""
    from django.db import connections

    connections.close_all()
