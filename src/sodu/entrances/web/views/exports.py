"""Exports: a page's report as a file, at once or in the background."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sodu.entrances import clock
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import Asked, ask
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.reader import person
from sodu.entrances.web.running import record as served
from sodu.entrances.web.streaming import as_file, download as streamed
from sodu.people.audit.log import REFUSED, record
from sodu.people.saved import exporting
from sodu.people.saved.models import Export
from sodu.people.saved.questions import Question, file_name, question_of, without_page
from sodu.render.formats import Format, by_slug
from sodu.render.language import translate
from sodu.render.options import Options
from sodu.reports.table import ResultTable
from sodu.values.errors import SoduError
from sodu.values.limits import EXPORT_DAYS_KEPT, EXPORT_STREAM_ROWS_MAX
from sodu.values.text import mark as _

_WORDS = ("format", "bom", "limit", "after")
_BEGUN = _("The file is being made. It will be in this list, and you can go on working meanwhile.")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All rows of a question in a format: at once where they are few, else a page that offers the background."""
    chosen = by_slug(request.GET.get("format", "xlsx"))
    query = request.GET.copy()
    for word in _WORDS:
        query.pop(word, None)
    asked = ask(person(request), slug, query)
    table = asked.answer()
    if request.method == "POST":
        return _begin(request, asked, chosen, table)
    if table.row_count > EXPORT_STREAM_ROWS_MAX:
        return render(request, "saved/export_large.html", {"asked": asked, "format": chosen, "rows": table.row_count})
    options = Options(language=reader(request).language, bom=_bom(request))
    record(actor_of(request), "export", slug, query=asked.query, format=chosen.slug, rows=table.row_count)

    def work(out: BinaryIO) -> None:
        chosen.write(table, out, options)

    question = Question(asked.report, asked.conditions, asked.scope)
    return streamed(work, file_name(question, chosen.suffix), chosen.media_type)


def _begin(request: HttpRequest, asked: Asked, chosen: Format, table: ResultTable) -> HttpResponse:
    language = reader(request).language
    words = {"language": language, "bom": _bom(request), "rows": table.row_count}
    begun = exporting.start(person(request), asked.report.slug, asked.query, chosen.slug, **words)
    record(
        actor_of(request),
        "export",
        asked.report.slug,
        query=without_page(asked.query),
        format=chosen.slug,
        rows=table.row_count,
        export=str(begun.pk),
    )
    messages.info(request, translate(_BEGUN, language))
    return HttpResponseRedirect(reverse("exports"))


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The person's exports; asked for by htmx, the list alone."""
    user = person(request)
    found = [_shown(request, each) for each in exporting.exports_of(user)]
    exporting.exports_of(user).filter(finished_at__isnull=False, seen_at=None).update(seen_at=timezone.now())
    works = exporting.exports_of(user).filter(finished_at=None).exists()
    context = {"exports": found, "works": works, "days": EXPORT_DAYS_KEPT}
    return render(request, "saved/export_list.html" if _is_part(request) else "saved/exports.html", context)


def _shown(request: HttpRequest, export: Export) -> dict[str, object]:
    """An export with what its row says: what it answers in words, where the report stands."""
    shown: dict[str, object] = {"export": export, "format": by_slug(export.format), "sentences": ()}
    try:
        question = question_of(person(request), (export.slug, export.query), served(), clock.now())
    except SoduError:
        return shown  # The report's page says why.
    return shown | {
        "report": question.report,
        "period": question.conditions.period_text,
        "is_theirs": export.state != Export.State.DONE or exporting.is_still_theirs(export),
    }


@require_safe
def download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file, for who asked for it and may see as much still."""
    export = _own(request, export_id)
    path = exporting.path_of(served().home, export)
    if export.state != Export.State.DONE or not path.is_file():
        raise Http404
    if not exporting.is_still_theirs(export):
        record(actor_of(request), "download", export.slug, query=export.query, outcome=REFUSED, export=str(export.pk))
        raise Http404
    record(actor_of(request), "download", export.slug, query=export.query, format=export.format, export=str(export.pk))
    return as_file(_open(path), _name(request, export), by_slug(export.format).media_type)


@require_POST
def cancel(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Stop what is not there yet."""
    export = _own(request, export_id)
    if exporting.cancel(export):
        record(actor_of(request), "export-cancel", export.slug, query=export.query, export=str(export.pk))
    return _back(request)


@require_POST
def delete(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Take it off the list, its file with it."""
    export = _own(request, export_id)
    exporting.delete(served().home, export)
    record(actor_of(request), "export-delete", export.slug, query=export.query, export=str(export_id))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return exports_part(request) if _is_part(request) else HttpResponseRedirect(reverse("exports"))


def exports_part(request: HttpRequest) -> HttpResponse:
    """The list as it stands after a change."""
    request.method = "GET"
    return exports(request)


def _own(request: HttpRequest, export_id: UUID) -> Export:
    found = exporting.exports_of(person(request)).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def _open(path: Path) -> FileResponse:
    return FileResponse(open(path, "rb"))


def _name(request: HttpRequest, export: Export) -> str:
    suffix = by_slug(export.format).suffix
    try:
        question = question_of(person(request), (export.slug, export.query), served(), clock.now())
    except SoduError:
        return export.slug + suffix
    return file_name(question, suffix)


def _bom(request: HttpRequest) -> bool:
    return request.GET.get("bom") == "yes"


def _is_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))
