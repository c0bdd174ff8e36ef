"""`sodu demo`: a provider that does not exist, loaded as any other."""

from __future__ import annotations

import argparse
from collections import Counter
from zoneinfo import ZoneInfo

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.commands.load import take_in, who
from sodu.entrances.commands.output import aligned
from sodu.entrances.commands.progress import shown
from sodu.values.errors import Refused, WrongUsage
from sodu.values.limits import CHARGES_DEMO_MAX
from sodu.values.text import mark as _
from sodu.warehouse import sample
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load


def declare(words: Words) -> None:
    """How much, and which of the many possible providers."""
    words.option("--charges", type=int, default=100_000, metavar="N", help=_("How many charges; 100000 unless said"))
    words.option("--seed", type=int, default=1, metavar="N", help=_("Another number makes another provider"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Invent, load, and say how much of what there is."""
    if not 1 <= options.charges <= CHARGES_DEMO_MAX:
        raise WrongUsage(_("--charges: from 1 to {most}"), most=CHARGES_DEMO_MAX)
    home = Home.create(context.home)
    if Journal(home).rows():
        raise Refused(_("{path} holds data; invented data goes into a home of its own"), path=str(home.path))
    today = context.now.astimezone(ZoneInfo(home.settings.zone)).date()
    with home.scratch() as scratch, shown(context.say) as progress:
        paths = sample.write(scratch / "sample", options.charges, options.seed, progress, today)
        report = load(home, LoadRequest(paths=tuple(paths)), who(), context.now, progress)
    rows = Counter[str]()
    for batch in report.batches:
        rows[batch.table] += batch.rows
    print(aligned((table, str(count)) for table, count in rows.items()))
    take_in(home, context)
    return DONE
