"""What is answered where something broke outside of views: before it is known who asks, and for whom."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import server_error

from sodu.entrances.api.problems import problem
from sodu.entrances.web.middleware.errors import away_page, database_away, status_of
from sodu.entrances.web.middleware.people import is_by_token
from sodu.entrances.web.reader import Reader, asked_language


def broken(request: HttpRequest) -> HttpResponse:
    """Not now, where the portal's database is away; else that something went wrong."""
    away = database_away(sys.exc_info()[1])
    language = asked_language(request)
    with translation.override(language):
        if not is_by_token(request.path):
            return away_page(request, away) if away else server_error(request)
        if not hasattr(request, "reader"):
            request.reader = Reader(language)  # type: ignore[attr-defined]
        return problem(request, status_of(away), away.message) if away else problem(request, 500)
