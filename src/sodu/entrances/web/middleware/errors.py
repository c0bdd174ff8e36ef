"""What goes wrong is told in a sentence, on a page of the portal's own."""

from __future__ import annotations

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from sodu.entrances.web.middleware.requests import Respond
from sodu.entrances.web.reader import Reader, asked_language
from sodu.values.errors import Busy, Damaged, SoduError, TookTooLong, Unavailable, WrongUsage
from sodu.values.limits import RETRY_AFTER_SECONDS
from sodu.values.text import mark as _

_log = structlog.get_logger("sodu")


class ErrorMiddleware:
    """Turns an error for people into a page for people."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for an error of the closed family; anything else is Django's to log."""
        if isinstance(error, SoduError):
            return _with_status(render(request, "error.html", {"message": error.message}), error)
        away = database_away(error)
        return away_page(request, away) if away else None


def database_away(error: BaseException | None) -> Unavailable | None:
    """What is said where the portal's own database did not answer; the log has what its driver said."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    _log.error("database", exc_info=error)
    return Unavailable(_("the portal's database does not answer; try again in a moment"))


def away_page(request: HttpRequest, away: Unavailable) -> HttpResponse:
    """A page that is made without a database: nobody is known on it."""
    reader = Reader(asked_language(request))
    return _with_status(HttpResponse(render_to_string("error.html", {"message": away.message, "reader": reader})), away)


def status_of(error: SoduError) -> int:
    """The HTTP status of an error."""
    match error:
        case WrongUsage():
            return 400
        case Busy() | Damaged() | TookTooLong():
            return 503
        case _:
            return 422


def headers_of(status: int) -> dict[str, str]:
    """What is said beside a status: where trying again may help, after how long."""
    return {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}


def _with_status(response: HttpResponse, error: SoduError) -> HttpResponse:
    response.status_code = status_of(error)
    for name, value in headers_of(response.status_code).items():
        response.headers[name] = value
    return response
