"""`sodu reports`: what can be asked."""

from __future__ import annotations

import argparse

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.commands.output import aligned
from sodu.reports.catalog import REPORTS


def declare(words: Words) -> None:
    """No words of its own."""


def run(_options: argparse.Namespace, context: Context) -> int:
    """A line for each report: its name on the command line, and its title."""
    print(aligned((report.slug, context.say(report.title)) for report in REPORTS))
    return DONE
