"""`sodu journal`: every row of the journal, and whether it counts."""

from __future__ import annotations

import argparse
import json
from typing import Any

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.entrances.commands.output import aligned
from sodu.values.money import plain
from sodu.values.text import mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal, JournalRow, Totals, WithdrawalRow


def declare(words: Words) -> None:
    """For people, or for programs."""
    words.flag("--json", help=_("As JSON, with control totals and hashes"))


def run(options: argparse.Namespace, context: Context) -> int:
    """List the rows in order."""
    journal = Journal(Home.open(context.home))
    rows, outdated = journal.rows(), journal.known().withdrawn
    if options.json:
        print(json.dumps([_wire(row, outdated) for row in rows], ensure_ascii=False, indent=1))
        return DONE
    headings = (_("seq"), _("table"), _("rows"), _("duplicates"), _("source"), _("who"), _("recorded at"), _("state"))
    lines = [[context.say(heading) for heading in headings]]
    print(aligned(lines + [_line(row, outdated, context) for row in rows]))
    return DONE


def _line(row: JournalRow, outdated: tuple[int, ...], context: Context) -> list[str]:
    when = row.recorded_at[:19].replace("T", " ") + "Z"
    if isinstance(row, WithdrawalRow):
        return [str(row.seq), "", "", "", "", row.who, when, f"{context.say(_('withdraws'))} {row.withdraws}"]
    state = context.say(_("counts no more")) if row.seq in outdated else ""
    if row.replaces is not None:
        state = f"{context.say(_('replaces'))} {row.replaces} {state}".rstrip()
    return [str(row.seq), row.table, str(row.rows), str(row.duplicates), row.source, row.who, when, state]


def _wire(row: JournalRow, outdated: tuple[int, ...]) -> dict[str, Any]:
    if isinstance(row, BatchRow):
        return vars(row) | {"kind": "batch", "totals": totals_text(row.totals), "counts": row.seq not in outdated}
    return vars(row) | {"kind": "withdraw"}


def totals_text(totals: Totals) -> dict[str, dict[str, str]]:
    """Control totals as decimals in plain notation."""
    return {column: {code: plain(amount) for code, amount in by.items()} for column, by in totals.items()}
