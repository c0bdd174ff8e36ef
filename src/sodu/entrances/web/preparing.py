"""What is done before a portal serves: its database, its static files, the first operator's way in."""

from __future__ import annotations

import django
from django.core.management import call_command

from sodu.entrances.configuration import Configuration
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import refresh
from sodu.warehouse.progress import Progress, silent


def prepare(home: Home, progress: Progress = silent) -> None:
    """Bring the portal's database, its static files and the warehouse up to this version."""
    prepare_database()
    call_command("collectstatic", verbosity=0, interactive=False)
    refresh(home, Journal(home), progress)

    from sodu.people.loads.attempts import forget_running

    forget_running()


def prepare_database() -> None:
    """Bring the portal's database up to this version: what a command beside the server needs."""
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def first_link(configuration: Configuration) -> str | None:
    """A link that signs in the first operator, where there is no operator who can sign in; else None."""
    from sodu.people.tenants.invitations import first_operator_link

    return first_operator_link(configuration.url)


def let_go() -> None:
    """Close the portal's database: a connection to SQLite may not be used on the other side of a fork."""
    from django.db import connections

    connections.close_all()
