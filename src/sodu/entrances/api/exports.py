"""Exports in the background, by API: each person sees their own alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from sodu.entrances.api import formats
from sodu.entrances.api.answering import question
from sodu.entrances.api.bodies import answered, members, no_words
from sodu.entrances.api.callers import caller_of
from sodu.entrances.api.problems import Problem
from sodu.entrances.api.reports import by
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.running import record as served
from sodu.entrances.web.streaming import as_file
from sodu.people.audit.log import REFUSED, record
from sodu.people.saved import exporting
from sodu.people.saved.models import Export
from sodu.render.formats import by_slug
from sodu.reports.catalog import BY_SLUG
from sodu.values.errors import WrongUsage
from sodu.values.text import Message, mark as _

MEMBERS: dict[str, type] = {"report": str, "query": str, "format": str, "bom": bool}
"""What an export is asked with."""


def create(request: HttpRequest) -> HttpResponse:
    """Ask for an export; its rows are all of the question's."""
    no_words(request)
    _may_export(request)
    words = members(request, MEMBERS)
    slug = words.get("report", "")
    if slug not in BY_SLUG:
        known = ", ".join(BY_SLUG)
        raise WrongUsage(_("There is no report '{slug}'; there are {known}"), slug=slug, known=known)
    format_ = formats.by_name(words.get("format", "xlsx"))
    user = caller_of(request).user
    asked = question(user, slug, QueryDict(words.get("query", "")))
    table = asked.answer()
    table.batches = iter(())
    export = exporting.start(
        user,
        slug,
        asked.query,
        format_.slug,
        language=reader(request).language,
        bom=words.get("bom", False),
        rows=table.row_count,
    )
    _write_down(request, "export", export)
    response = answered(request, _shown(export), status=202)
    response.headers["Location"] = _place(export)
    return response


def listed(request: HttpRequest) -> HttpResponse:
    """The person's exports, newest first."""
    no_words(request)
    found = exporting.exports_of(caller_of(request).user)
    return answered(request, {"exports": [_shown(export) for export in found]})


def one(request: HttpRequest, export_id: str) -> HttpResponse:
    """One export: how far it is."""
    no_words(request)
    return answered(request, _shown(_own(request, export_id)))


def file(request: HttpRequest, export_id: str) -> HttpResponseBase:
    """The file, for who asked for it and may see as much still."""
    no_words(request)
    export = _own(request, export_id)
    path = exporting.path_of(served().home, export)
    if export.state != Export.State.DONE or not path.is_file():
        raise Http404
    if not exporting.is_still_theirs(export):
        _write_down(request, "download", export, REFUSED)
        raise Http404
    _write_down(request, "download", export)
    response = FileResponse(open(path, "rb"))  # noqa: SIM115 - the answer closes it
    format_ = by_slug(export.format)
    return as_file(response, export.slug + format_.suffix, format_.media_type)


def cancel(request: HttpRequest, export_id: str) -> HttpResponse:
    """Stop an export that is not there yet; take one that is off the list, its file with it."""
    no_words(request)
    _may_export(request)
    export = _own(request, export_id)
    if exporting.cancel(export):
        _write_down(request, "export-cancel", export)
    else:
        exporting.delete(served().home, export)
        _write_down(request, "export-delete", export)
    return HttpResponse(status=204)


def _may_export(request: HttpRequest) -> None:
    token = caller_of(request).token
    if token is None or not token.may_export:
        raise Problem(403, Message(_("This token may read, but not start exports")))


def _own(request: HttpRequest, export_id: str) -> Export:
    try:
        key = UUID(export_id)
    except ValueError:
        raise Http404 from None
    found = exporting.exports_of(caller_of(request).user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _write_down(request: HttpRequest, action: str, export: Export, outcome: str = "done") -> None:
    detail = by(request) | {"format": export.format, "export": str(export.pk)}
    record(actor_of(request), action, export.slug, query=export.query, outcome=outcome, **detail)


def _place(export: Export) -> str:
    return f"/api/v1/exports/{export.pk}"


def _shown(export: Export) -> dict[str, Any]:
    instants = {
        name: value.isoformat() if (value := getattr(export, name)) else None
        for name in ("created_at", "started_at", "finished_at", "expires_at")
    }
    return {
        "id": str(export.pk),
        "report": export.slug,
        "query": export.query,
        "format": export.format,
        "state": str(export.state),
        "rows": export.rows,
        "rows_done": export.rows_done,
        "bytes": export.bytes,
        "sha256": export.sha256 or None,
        "error": export.error or None,
        **instants,
        "href": _place(export),
        "file": f"{_place(export)}/file" if export.state == Export.State.DONE else None,
    }
