"""The API's operations, each at its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from sodu import __version__
from sodu.entrances.api import documents, explaining, exports, people, picks, reports
from sodu.entrances.api.callers import admitted
from sodu.entrances.api.problems import guarded, told

_READ = ["GET", "HEAD"]

api = NinjaAPI(title="Sodu", version=__version__, urls_namespace="api", openapi_url=None, docs_url=None, auth=admitted)


@api.exception_handler(Exception)
def _told(request: HttpRequest, error: Exception) -> HttpResponseBase:
    return told(request, error)


def _at(path: str, methods: list[str], view: Callable[..., Any], **options: Any) -> None:
    api.api_operation(methods, path, url_name=f"{view.__module__.rpartition('.')[2]}_{view.__name__}", **options)(view)


_at("/reports", _READ, reports.catalogue)
_at("/reports/{slug}", _READ, reports.report)
_at("/reports/{slug}/explain", _READ, explaining.explanation)
_at("/accounts", _READ, picks.accounts)
_at("/services", _READ, picks.services)
_at("/me", _READ, people.me)
_at("/exports", _READ, exports.listed)
_at("/exports", ["POST"], exports.create)
_at("/exports/{export_id}", _READ, exports.one)
_at("/exports/{export_id}", ["DELETE"], exports.cancel)
_at("/exports/{export_id}/file", _READ, exports.file)
_at("/openapi.json", _READ, documents.openapi_json, auth=None)


def patterns() -> list[URLPattern | URLResolver]:
    """The addresses; whatever a view or its framework refuses is told as a problem."""
    made: Iterable[Any] = api.urls[0]
    kept = [pattern for pattern in made if pattern.name != "api-root"]
    for pattern in kept:
        pattern.callback = guarded(pattern.callback)
    return kept
