"""A report's question from a query string, and its answer as bytes with their entity tag."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from io import BytesIO
from typing import cast

from django.http import HttpRequest, QueryDict

from sodu import __version__
from sodu.entrances.api import formats
from sodu.entrances.api.problems import Problem
from sodu.entrances.web.asking import BACK, Asked, ask
from sodu.people.accounts.models import User
from sodu.render.formats import Format
from sodu.render.options import Options
from sodu.render.statement import after_rows, before_rows
from sodu.reports.catalog import report_of
from sodu.reports.table import ResultTable
from sodu.values.errors import Refused, WrongUsage
from sodu.values.limits import EXPORT_STREAM_ROWS_MAX, PAGE_ROWS_DEFAULT
from sodu.values.text import mark as _

FORMAT, BOM = "format", "bom"
"""Words beside the conditions: how the answer is sent."""


@dataclass(frozen=True)
class Wanted:
    """A question, and how its answer is wanted."""

    asked: Asked
    format: Format
    options: Options


@dataclass
class Made:
    """An answer, written."""

    table: ResultTable
    body: bytes
    etag: str


def wanted(request: HttpRequest, user: User, slug: str, language: str) -> Wanted:
    """What a request asks; raises WrongUsage as everywhere, Problem where there is no such report."""
    is_there(slug)
    query = request.GET.copy()
    named = _one(query, FORMAT)
    bom = _one(query, BOM)
    if bom not in (None, "yes", "no"):
        raise WrongUsage(_("{name}: '{text}' is none of {choices}"), name=BOM, text=bom, choices="yes, no")
    asked = question(user, slug, query)
    format_ = formats.chosen(request, named)
    if format_.slug == "json":
        asked = at_most(asked, PAGE_ROWS_DEFAULT)
    return Wanted(asked, format_, Options(language=language, bom=bom == "yes"))


def question(user: User, slug: str, query: QueryDict) -> Asked:
    """The question of some words; a page's way back is none of them."""
    if BACK in query:
        report = report_of(slug)
        raise WrongUsage(
            _("{name}: {slug} has no such condition; it has {known}"),
            name=BACK,
            slug=slug,
            known=", ".join(report.conditions),
        )
    return ask(user, slug, query)


def is_there(slug: str) -> None:
    """Refuse the slug of no report, in the words of everywhere."""
    try:
        report_of(slug)
    except WrongUsage as error:
        raise Problem(404, error.message) from None


def at_most(asked: Asked, rows: int) -> Asked:
    """The question with a page of so many rows, where it says no other."""
    if asked.conditions.limit is not None:
        return asked
    return replace(asked, conditions=replace(asked.conditions, limit=rows))


def made(asked: Wanted) -> Made:
    """The answer, written; raises Refused where it has more rows than are sent at once."""
    table = asked.asked.answer()
    limit = asked.asked.conditions.limit
    rows = table.row_count if limit is None else min(limit, table.row_count)
    if rows > EXPORT_STREAM_ROWS_MAX:
        table.batches = iter(())
        raise Refused(
            _("limit: {rows} rows are more than the {most} that are sent at once; ask for an export, or for pages"),
            rows=rows,
            most=EXPORT_STREAM_ROWS_MAX,
        )
    out = BytesIO()
    asked.format.write(table, out, asked.options)
    return Made(table, out.getvalue(), entity_tag(asked, table))


def entity_tag(asked: Wanted, table: ResultTable) -> str:
    """A strong tag: of all that the answer says of itself, the rows' SHA-256 in it, and of how it is written."""
    language = asked.options.language
    said = [
        __version__,
        asked.format.slug,
        language,
        asked.options.bom,
        asked.asked.query,
        asked.asked.conditions.after,
        before_rows(table, language),
        after_rows(table, language),
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()}"'


def _one(query: QueryDict, name: str) -> str | None:
    values = [value for value in cast("list[str]", query.pop(name, [])) if value]
    if len(values) > 1:
        raise WrongUsage(_("{name}: given {count} times; it takes one value"), name=name, count=len(values))
    return values[0] if values else None
