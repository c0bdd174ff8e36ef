"""`sodu serve`: the portal, one process that owns the warehouse, with threads."""

from __future__ import annotations

import argparse
import os
import sys

from sodu.entrances.commands.command import Context, Words
from sodu.entrances.commands.progress import shown
from sodu.entrances.local.owning import owning
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home


def declare(words: Words) -> None:
    """Where it listens."""
    words.option("--port", metavar="PORT", help=_("Listen on this port of this machine (SODU_BIND; 8000)"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Prepare the portal's database, print the first operator's link where nobody can sign in yet, and serve."""
    from sodu.entrances.configuration import Configuration

    home = Home.create(context.home)
    if options.port:
        os.environ["SODU_BIND"] = f"127.0.0.1:{options.port}"
    os.environ["SODU_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sodu.entrances.settings"
    configuration = Configuration.read(home.path)

    from sodu.entrances.web import preparing, server

    with owning(home):
        server.must_be_free(configuration, home)
        with shown(context.say) as progress:
            preparing.prepare(home, progress)
        link = preparing.first_link(configuration)
        preparing.let_go()
        if link:
            said = _("Nobody can sign in yet. This link signs in the first operator, once, within an hour:\n{link}")
            print(context.say(Message(said, {"link": link})), flush=True)
        serving = Message(_("Serving on {url}; stop with Ctrl-C"), {"url": configuration.url})
        return server.run(
            configuration,
            home,
            lambda: print(context.say(serving), flush=True),
            lambda message: print("sodu: " + context.say(message), file=sys.stderr, flush=True),
        )
