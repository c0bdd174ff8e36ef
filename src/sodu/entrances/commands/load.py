"""`sodu load`: files into the record, all or nothing."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sodu.entrances.commands.command import DONE, Context, Say, Words
from sodu.entrances.commands.output import aligned, row_error
from sodu.entrances.commands.progress import shown
from sodu.entrances.local.client import end_of, is_served
from sodu.values.errors import LoadRefused, RowError, SoduError, WrongUsage
from sodu.values.money import plain
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import BatchReport, LoadReport, LoadRequest, load
from sodu.warehouse.opening import refresh


def declare(words: Words) -> None:
    """The files, how they are read, and what the sender expects of them."""
    words.option("paths", nargs="*", type=Path, metavar="PATH", help=_("Files, or folders of files"))
    words.option("--table", metavar="TABLE", help=_("The table of every file; else a file's name tells it"))
    words.option(
        "--from", dest="source", choices=("contract", "focus"), default="contract", help=_("contract, or focus")
    )
    words.option("--partner", metavar="ID", help=_("FOCUS: the partner of accounts that are new"))
    words.option(
        "--account-type",
        choices=("partner", "customer"),
        default="customer",
        help=_("FOCUS: the type of such accounts"),
    )
    words.option("--accounts", type=Path, metavar="FILE", help=_("FOCUS: a CSV file of account and partner"))
    words.several("--map", metavar="AMOUNT=COLUMN", help=_("FOCUS: take an amount from another column"))
    words.option("--zone", metavar="ZONE", help=_("The zone of instants that have no offset"))
    words.option("--expect", metavar="TOTALS", help=_("Control totals: rows=…,amount[VND]=…; others refuse the load"))
    words.option("--replaces", type=int, metavar="SEQ", help=_("The batch that this one replaces"))
    words.flag("--partial", help=_("Load the good rows, and write the bad ones to a file"))
    words.option("--rejected", type=Path, metavar="FILE", help=_("Where the bad rows are written, with their reasons"))
    words.flag("--json", help=_("Answer as JSON"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Load, and say what became of each file."""
    request = _request(options)
    home = Home.create(context.home)
    try:
        with shown(context.say) as progress:
            report = load(home, request, who(), context.now, progress)
    except LoadRefused as refused:
        if options.json:
            print(_json(LoadReport((), tuple(refused.errors), refused.error_count), context.say))
        raise
    tell(report, context.say, as_json=options.json)
    take_in(home, context)
    return DONE


def take_in(home: Home, context: Context) -> None:
    """Bring the warehouse up to the journal. What is loaded is loaded, whether or not this can be done now."""
    sys.stdout.flush()
    try:
        if is_served(home):
            end_of(home, "take-in", {"language": context.language})
            return
        with shown(context.say) as progress:
            refresh(home, Journal(home), progress)
    except (SoduError, OSError) as error:
        reason = error.message if isinstance(error, SoduError) else str(error)
        later = Message(_("recorded; the warehouse will take it in later: {reason}"), {"reason": reason})
        print("sodu: " + context.say(later), file=sys.stderr)


def tell(report: LoadReport, say: Say, *, as_json: bool = False) -> None:
    """What was loaded, to standard output; what was rejected, to standard error."""
    print(_json(report, say) if as_json else _table(report.batches, say))
    for error in report.errors:
        print(row_error(error, say), file=sys.stderr)
    if report.rejected_file is not None:
        written = Message(
            _("rejected rows: {count}, written to {path}"),
            {"count": sum(batch.rejected for batch in report.batches), "path": str(report.rejected_file)},
        )
        print("sodu: " + say(written), file=sys.stderr)


def who() -> str:
    """The name that the journal keeps: that of the user who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def expected(text: str) -> dict[str, Decimal]:
    """Control totals as they are typed, such as `rows=120,amount[VND]=5000`."""
    return {name: _number(amount) for name, amount in pairs("--expect", text.split(","))}


def _request(options: argparse.Namespace) -> LoadRequest:
    if not options.paths:
        raise WrongUsage(_("name at least one file or folder to load"))
    return LoadRequest(
        paths=tuple(options.paths),
        table=options.table,
        source=options.source,
        partner=options.partner,
        account_type=options.account_type,
        mapping=options.accounts,
        column_map=dict(pairs("--map", options.map)),
        zone=options.zone,
        partial=options.partial,
        rejected=options.rejected,
        expect=expected(options.expect or ""),
        replaces=options.replaces,
    )


def pairs(option: str, texts: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Names and values as they are typed, such as `customer_amount=BilledCost`."""
    for text in filter(None, texts):
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise WrongUsage(_("{option}: '{text}' is no name=value"), option=option, text=text)
        yield name, value


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise WrongUsage(_("{option}: '{text}' is no number"), option="--expect", text=text)
    return number


def _json(report: LoadReport, say: Say) -> str:
    answer = {
        "batches": [vars(batch) | {"totals": _texts(batch)} for batch in report.batches],
        "errors": [_wire(error, say) for error in report.errors],
        "error_count": report.error_count,
    }
    if report.rejected_file is not None:
        answer["rejected_file"] = str(report.rejected_file)
    return json.dumps(answer, ensure_ascii=False)


def _texts(batch: BatchReport) -> dict[str, dict[str, str]]:
    return {column: {code: plain(total) for code, total in by.items()} for column, by in batch.totals.items()}


def _wire(error: RowError, say: Say) -> dict[str, Any]:
    return vars(error) | {"message": say(error.message)}


def _table(batches: Sequence[BatchReport], say: Say) -> str:
    headings = (_("seq"), _("table"), _("file"), _("rows"), _("duplicates"), _("rejected"))
    lines = [[say(heading) for heading in headings]]
    totals = [[say(heading) for heading in (_("seq"), _("column"), _("currency"), _("total"))]]
    for batch in batches:
        seq = "–" if batch.seq is None else str(batch.seq)
        counts = (batch.rows, batch.duplicates, batch.rejected)
        lines.append([seq, batch.table, batch.file, *map(str, counts)])
        totals += [[seq, column, code, text] for column, by in _texts(batch).items() for code, text in by.items()]
    return aligned(lines) + ("\n\n" + aligned(totals) if len(totals) > 1 else "")
