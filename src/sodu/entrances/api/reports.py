"""What the API says of the reports, and their answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from sodu.entrances.api import answering
from sodu.entrances.api.answering import Made, Wanted
from sodu.entrances.api.bodies import answered, no_words
from sodu.entrances.api.callers import caller_of
from sodu.entrances.api.catalogue import described
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import query_text
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.streaming import as_file
from sodu.people.audit.log import REFUSED, record
from sodu.people.saved.questions import Question, file_name
from sodu.reports.catalog import REPORTS
from sodu.values.errors import SoduError

_VARIES = "Accept, Accept-Language, Authorization, Cookie"
QUERY_CHARACTERS_KEPT = 2_000
"""Of a question that was refused, in the audit log."""


def catalogue(request: HttpRequest) -> HttpResponse:
    """The reports: what each shows, and which conditions it has."""
    no_words(request)
    language = reader(request).language
    return answered(request, {"reports": [described(report, language) for report in REPORTS]})


def report(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A report's answer, in the format asked for."""
    try:
        wanted = answering.wanted(request, caller_of(request).user, slug, reader(request).language)
        made = answering.made(wanted)
    except SoduError:
        kept = request.META.get("QUERY_STRING", "")[:QUERY_CHARACTERS_KEPT]
        record(actor_of(request), "view", slug, query=kept, outcome=REFUSED, **by(request))
        raise
    action = "view" if wanted.format.slug == "json" else "export"
    detail = by(request) | {"format": wanted.format.slug, "rows": made.table.row_count}
    record(actor_of(request), action, slug, query=wanted.asked.query, **detail)
    return _sent(request, wanted, made)


def by(request: HttpRequest) -> dict[str, Any]:
    """By which way a question came, for the audit log."""
    token = caller_of(request).token
    return {"by": "api"} | ({"token": token.public} if token else {})


def _sent(request: HttpRequest, wanted: Wanted, made: Made) -> HttpResponseBase:
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponseBase
    if "*" in tags or made.etag in {tag.removeprefix("W/") for tag in tags}:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(made.body, content_type=wanted.format.media_type)
        if wanted.format.slug != "json":
            as_file(response, _name(wanted), wanted.format.media_type)
    said = {
        "ETag": made.etag,
        "Vary": _VARIES,
        "Content-Language": wanted.options.language,
        "Sodu-As-Known-At": str(made.table.header.known.seq),
        "Sodu-Row-Count": str(made.table.row_count),
        "Sodu-Sha256": made.table.sha256,
    }
    for name, value in said.items():
        response.headers[name] = value
    if made.table.next:
        response.headers["Link"] = f'<{request.path}?{next_query(wanted, made.table.next)}>; rel="next"'
    return response


def next_query(wanted: Wanted, after: str) -> str:
    """The query text of the page that follows."""
    return f"{wanted.asked.query}&{query_text({'after': after})}"


def _name(wanted: Wanted) -> str:
    asked = wanted.asked
    return file_name(Question(asked.report, asked.conditions, asked.scope), wanted.format.suffix)
