"""`sodu move`: from the home's own files into the PostgreSQL that DATABASE_URL names."""

from __future__ import annotations

import argparse

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.local.owning import owning
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home


def declare(_words: Words) -> None:
    """It takes no words of its own."""


def run(_options: argparse.Namespace, context: Context) -> int:
    """Move the journal; no server may run meanwhile."""
    from sodu.warehouse.move import move_journal

    home = Home.open(context.home)
    with owning(home):
        rows = move_journal(home)
    said = _("the journal is moved: {count} rows, with the same hashes; journal.sqlite.moved is kept beside it")
    print(context.say(Message(said, {"count": rows})))
    return DONE
