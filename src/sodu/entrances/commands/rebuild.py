"""`sodu rebuild`: the warehouse anew, from the record alone."""

from __future__ import annotations

import argparse

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.commands.progress import shown
from sodu.entrances.local.client import is_served
from sodu.values.errors import Busy
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.rebuild import rebuild


def declare(words: Words) -> None:
    """No words of its own."""


def run(_options: argparse.Namespace, context: Context) -> int:
    """Build it beside the old one, and put it in its place."""
    home = Home.open(context.home)
    if is_served(home):
        raise Busy(_("a server runs on {path} and answers from its warehouse; stop it to rebuild"), path=str(home.path))
    with shown(context.say) as progress:
        batches = rebuild(home, Journal(home), progress)
    print(context.say(Message(_("rebuilt from the record: batches: {count}"), {"count": batches})))
    return DONE
