"""`sodu report`: one question, one answer, in one format."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sodu.entrances.commands.command import CHECK_FAILED, DONE, Context, Words
from sodu.entrances.commands.output import opened
from sodu.entrances.commands.progress import shown
from sodu.render import formats
from sodu.render.options import Options
from sodu.reports.catalog import BY_SLUG
from sodu.reports.conditions import CONDITIONS, parse
from sodu.reports.report import Report
from sodu.reports.scope import Scope
from sodu.values.errors import WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
from sodu.warehouse.progress import Progress

if TYPE_CHECKING:
    import pyarrow as pa

    from sodu.reports.table import ResultTable

_BINARY = ("xlsx", "parquet")
_WRITING = _("Writing the answer")


def declare(words: Words) -> None:
    """The report, its conditions by name, and what becomes of the answer."""
    words.option("slug", nargs="?", metavar="REPORT", help=_("Which report: see `sodu reports`"))
    words.option("--partner", metavar="ID", help=_("Read as this partner; without it, as the provider: all partners"))
    for name, meaning in CONDITIONS.items():
        words.several(_option(name), help=meaning, metavar="VALUE")
    words.option("--format", metavar="FORMAT", help=_("table, json, csv, xlsx or parquet; told by --output's name too"))
    words.option("--output", metavar="FILE", type=Path, help=_("Write to this file, whole or not at all"))
    words.flag("--bom", help=_("CSV: begin with a byte order mark, which Excel needs to read UTF-8"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Parse, run, write; a failed check is told after the answer is written."""
    report = _report(options.slug)
    chosen = _format(options)
    home = Home.open(context.home)
    today = context.now.astimezone(ZoneInfo(home.settings.zone)).date()
    asked = {name: getattr(options, name) for name in CONDITIONS if getattr(options, name)}
    conditions = parse(report, asked, today)
    scope = Scope.operator() if options.partner is None else Scope.partner(options.partner)
    with shown(context.say) as progress, open_warehouse(home, Journal(home), progress) as warehouse:
        from sodu.reports.run import run as answer

        table = answer(report, conditions, scope, warehouse, context.now)
        table.batches = _counted(table.batches, table.row_count, progress)
        try:
            _write(table, chosen, options, context.language)
        except BaseException:
            # Rows that nobody will take give their cursor back before the warehouse is closed.
            table.batches = iter(())
            raise
    for check in table.checks:
        if not check.ok:
            failed = Message(_("check failed: {name}: {detail}"), {"name": check.name, "detail": check.detail})
            print("sodu: " + context.say(failed), file=sys.stderr)
    return DONE if all(check.ok for check in table.checks) else CHECK_FAILED


def _option(condition: str) -> str:
    return "--" + condition.replace("_", "-")


def _report(slug: str | None) -> Report:
    if slug not in BY_SLUG:
        known = ", ".join(BY_SLUG)
        if slug is None:
            raise WrongUsage(_("which report? there are {known}"), known=known)
        raise WrongUsage(_("there is no report '{slug}'; there are {known}"), slug=slug, known=known)
    return BY_SLUG[slug]


def _format(options: argparse.Namespace) -> formats.Format:
    """The format asked for; where none is, that of the file's name, else a table."""
    slug = options.format
    if slug is None:
        suffix = options.output.suffix.lower() if options.output else ""
        slug = next((each.slug for each in formats.FORMATS.values() if each.suffix == suffix), "table")
    chosen = formats.by_slug(slug)
    if chosen.slug in _BINARY and options.output is None and sys.stdout.isatty():
        raise WrongUsage(_("{format} is not for a terminal; name a file with --output"), format=chosen.slug)
    return chosen


def _write(table: ResultTable, chosen: formats.Format, options: argparse.Namespace, language: str) -> None:
    is_terminal = options.output is None and sys.stdout.isatty()
    rendering = Options(
        language=language,
        bom=options.bom,
        width=shutil.get_terminal_size().columns if is_terminal else None,
        color=is_terminal and not os.environ.get("NO_COLOR"),
    )
    with opened(options.output) as out:
        chosen.write(table, out, rendering)
    if chosen.slug == "csv" and options.output is not None and options.output.is_file():
        from sodu.render import to_csv

        beside = options.output.with_name(options.output.name + to_csv.METADATA_SUFFIX)
        with opened(beside) as out:
            to_csv.write_metadata(table, out, options.output.name, rendering)


def _counted(batches: Iterator[pa.RecordBatch], total: int, progress: Progress) -> Iterator[pa.RecordBatch]:
    """The rows as they are, telling how many were taken."""
    taken = 0
    for batch in batches:
        yield batch
        taken += batch.num_rows
        progress(_WRITING, taken, total)
