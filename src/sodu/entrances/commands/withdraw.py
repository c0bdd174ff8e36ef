"""`sodu withdraw`: a batch counts no more; the record keeps it."""

from __future__ import annotations

import argparse

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.commands.load import take_in, who
from sodu.values.errors import WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.withdraw import withdraw


def declare(words: Words) -> None:
    """Which batch."""
    words.option("seq", nargs="?", type=int, metavar="SEQ", help=_("The batch's number: see `sodu journal`"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Write the withdrawal into the journal."""
    if options.seq is None:
        raise WrongUsage(_("name the batch to withdraw: `sodu journal` lists their numbers"))
    home = Home.open(context.home)
    row = withdraw(home, options.seq, who(), context.now)
    done = _("batch {seq} is withdrawn by row {row} of the journal")
    print(context.say(Message(done, {"seq": options.seq, "row": row})))
    take_in(home, context)
    return DONE
