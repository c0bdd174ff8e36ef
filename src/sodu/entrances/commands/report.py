"""`sodu report`: one question, one answer, in one format."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sodu.entrances.commands.command import CHECK_FAILED, DONE, Context, Words
from sodu.entrances.commands.output import opened
from sodu.entrances.commands.progress import shown
from sodu.entrances.local.client import ask, is_served
from sodu.entrances.local.frames import BESIDE, DATA
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
    if is_served(home):
        return _ask_server(home, asked, chosen, options, context)
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
    failed = [{"name": check.name, "detail": check.detail} for check in table.checks if not check.ok]
    return _tell_failed(failed, context)


def _ask_server(
    home: Home, asked: dict[str, list[str]], chosen: formats.Format, options: argparse.Namespace, context: Context
) -> int:
    """The answer of the server that holds the warehouse."""
    beside = _beside(options.output) if chosen.slug == "csv" else None
    words = {
        "slug": options.slug,
        "conditions": asked,
        "partner": options.partner,
        "format": chosen.slug,
        "options": vars(_rendering(options, context.language)),
        "beside": options.output.name if beside else None,
        "language": context.language,
        "now": context.now.isoformat(),
    }
    metadata = bytearray()
    ending: dict[str, Any] = {}
    with opened(options.output) as out:
        for kind, content in ask(home, "report", words):
            if kind == DATA:
                out.write(content)
            elif kind == BESIDE:
                metadata += content
            else:
                ending = json.loads(content)
    if beside:
        with opened(beside) as out:
            out.write(metadata)
    return _tell_failed(ending["failed"], context)


def _tell_failed(failed: list[dict[str, Any]], context: Context) -> int:
    for check in failed:
        print("sodu: " + context.say(Message(_("check failed: {name}: {detail}"), check)), file=sys.stderr)
    return CHECK_FAILED if failed else DONE


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
    rendering = _rendering(options, language)
    with opened(options.output) as out:
        chosen.write(table, out, rendering)
    beside = _beside(options.output) if chosen.slug == "csv" else None
    if beside:
        from sodu.render import to_csv

        with opened(beside) as out:
            to_csv.write_metadata(table, out, options.output.name, rendering)


def _rendering(options: argparse.Namespace, language: str) -> Options:
    is_terminal = options.output is None and sys.stdout.isatty()
    return Options(
        language=language,
        bom=options.bom,
        width=shutil.get_terminal_size().columns if is_terminal else None,
        color=is_terminal and not os.environ.get("NO_COLOR"),
    )


def _beside(output: Path | None) -> Path | None:
    """The file that says of a CSV file what it answers; none beside what is no ordinary file."""
    if output is None or (output.exists() and not output.is_file()):
        return None
    return output.with_name(output.name + formats.METADATA_SUFFIX)


def _counted(batches: Iterator[pa.RecordBatch], total: int, progress: Progress) -> Iterator[pa.RecordBatch]:
    """The rows as they are, telling how many were taken."""
    taken = 0
    for batch in batches:
        yield batch
        taken += batch.num_rows
        progress(_WRITING, taken, total)
