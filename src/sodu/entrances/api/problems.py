"""What goes wrong is told as application/problem+json (RFC 9457): the sentence of the page and of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sodu.entrances.web.middleware.errors import database_away, headers_of, status_of
from sodu.entrances.web.middleware.people import reader
from sodu.render.language import say, translate
from sodu.reports.conditions import CONDITIONS
from sodu.values.errors import SoduError
from sodu.values.text import Message, Text, mark as _

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"

KINDS: dict[int, tuple[str, Text]] = {
    400: ("wrong-usage", _("The question is not understood")),
    401: ("no-token", _("A token is needed")),
    403: ("forbidden", _("The token does not allow this")),
    404: ("not-found", _("There is nothing here")),
    405: ("wrong-method", _("This address does not take that method")),
    406: ("no-such-format", _("There is no such format")),
    413: ("too-large", _("The request is too large")),
    415: ("wrong-media-type", _("The body is not of a type that is read here")),
    422: ("refused", _("This is refused")),
    429: ("too-many", _("Too many requests")),
    500: ("broken", _("Something went wrong here")),
    503: ("busy", _("Not now")),
}
"""The code and the title of each status that the API answers with."""

_DETAILS: dict[int, Text] = {
    400: _("The request is malformed"),
    403: _("This request may not be made"),
    404: _("There is nothing at this address that you may see"),
    405: _("This address does not take that method"),
    413: _("The request is larger than this server reads"),
    500: _("The log of the server says what happened; the request's id stands in the X-Request-Id header"),
}
_PARAMETERS = frozenset({*CONDITIONS, "partner", "format", "bom", "q", "report", "query", "measure"})
_log = structlog.get_logger("sodu")


class Problem(Exception):
    """A refusal of the API's own."""

    def __init__(self, status: int, message: Message, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(message))
        self.status, self.message, self.headers = status, message, dict(headers or {})


def problem(request: HttpRequest, status: int, message: Message | None = None) -> HttpResponse:
    """An answer that says what is wrong, in the reader's language."""
    language = reader(request).language
    code, title = KINDS.get(status, KINDS[500 if status >= 500 else 400])
    message = message or Message(_DETAILS.get(status, title))
    body: dict[str, Any] = {
        "type": f"{DOCS}#{code}",
        "title": translate(title, language),
        "status": status,
        "detail": say(message, language),
        "code": code,
    }
    if parameter := parameter_of(message):
        body["parameter"] = parameter
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=MEDIA_TYPE, status=status)
    for name, value in {"Content-Language": language, **headers_of(status)}.items():
        response.headers[name] = value
    return response


def parameter_of(message: Message) -> str | None:
    """The parameter that a sentence begins with, where it does."""
    name = str(message).partition(":")[0]
    return name if name in _PARAMETERS or name == message.parameters.get("name") else None


def told(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to an error; one that nobody foresaw is logged, and told as nothing but that."""
    match error:
        case Problem():
            response = problem(request, error.status, error.message)
            for name, value in error.headers.items():
                response.headers[name] = value
            return response
        case SoduError():
            return problem(request, status_of(error), error.message)
        case _ if away := database_away(error):
            return problem(request, status_of(away), away.message)
        case Http404():
            return problem(request, 404)
        case RequestDataTooBig() | TooManyFieldsSent():
            return problem(request, 413)
        case SuspiciousOperation() | BadRequest():
            return problem(request, 400)
        case _:
            _log.exception("api", exc_info=error)
            return problem(request, 500)


View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """The view, all of whose refusals are problems: also those that its framework makes."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001
            return told(request, error)
        if response.status_code < 400 or response.headers.get("Content-Type") in (MEDIA_TYPE, "application/json"):
            return response
        made = problem(request, response.status_code)
        if "Allow" in response.headers:
            made.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return made

    return answer


def not_found(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """What stands at every other address under /api."""
    raise Http404
