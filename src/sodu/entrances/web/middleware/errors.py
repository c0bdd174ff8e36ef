"""What goes wrong is told in a sentence, on a page of the portal's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sodu.entrances.web.middleware.requests import Respond
from sodu.values.errors import Busy, Damaged, SoduError, WrongUsage


class ErrorMiddleware:
    """Turns an error for people into a page for people."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for an error of the closed family; anything else is Django's to log."""
        if not isinstance(error, SoduError):
            return None
        return render(request, "error.html", {"message": error.message}, status=status_of(error))


def status_of(error: SoduError) -> int:
    """The HTTP status of an error."""
    match error:
        case WrongUsage():
            return 400
        case Busy() | Damaged():
            return 503
        case _:
            return 422
