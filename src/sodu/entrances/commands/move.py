"""`sodu move`: from the home's own files into the PostgreSQL that DATABASE_URL names."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.local.owning import owning
from sodu.values.errors import Refused, WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home

_FILES = "files"


def declare(_words: Words) -> None:
    """It takes no words of its own."""


def run(_options: argparse.Namespace, context: Context) -> int:
    """Move the portal, then the journal; no server may run meanwhile. What was stopped half way is run again."""
    home = Home.open(context.home)
    if not home.settings.database:
        raise WrongUsage(_("set DATABASE_URL to the database that is moved to"))
    portal = home.path / "portal.sqlite"
    if not portal.exists() and not home.journal_path.exists():
        raise Refused(_("{path} is not there: nothing is to be moved"), path=str(home.journal_path))

    from sodu.warehouse.move import move_journal, set_aside

    # The files are to have no server, whatever DATABASE_URL allows.
    with owning(Home(home.path, replace(home.settings, database=""))):
        if portal.exists():
            rows = _move_portal(home)
            set_aside(portal)
            said = _("the portal is moved: {count} rows; portal.sqlite.moved is kept beside it")
            print(context.say(Message(said, {"count": rows})), flush=True)
        if home.journal_path.exists():
            rows = move_journal(home)
            said = _("the journal is moved: {count} rows, with the same hashes; journal.sqlite.moved is kept beside it")
            print(context.say(Message(said, {"count": rows})), flush=True)
    return DONE


def _move_portal(home: Home) -> int:
    os.environ["SODU_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sodu.entrances.settings"

    from django.conf import settings

    from sodu.entrances.database import file_of

    settings.DATABASES[_FILES] = file_of(home.path)

    from django.core.management import call_command
    from django.db import connections

    from sodu.entrances.web import preparing

    preparing.prepare_database(home)
    call_command("migrate", database=_FILES, verbosity=0, interactive=False)

    from sodu.people.moving import move_people

    rows = move_people(_FILES, "default")
    with connections[_FILES].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    return rows
