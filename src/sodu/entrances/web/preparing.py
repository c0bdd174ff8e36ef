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
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    refresh(home, Journal(home), progress)


def first_link(configuration: Configuration) -> str | None:
    """A link that signs in the first operator, where there is no operator who can sign in; else None."""
    from sodu.people.tenants.invitations import first_operator_link

    return first_operator_link(configuration.url)
