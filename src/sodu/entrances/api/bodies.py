"""JSON in and out: read whole and strictly, written as UTF-8."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from sodu.entrances.api.problems import Problem
from sodu.entrances.web.middleware.people import reader
from sodu.values.errors import WrongUsage
from sodu.values.text import Message, mark as _


def answered(request: HttpRequest, content: Any, status: int = 200) -> HttpResponse:
    """An answer of JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    response = HttpResponse(text, content_type="application/json", status=status)
    response.headers["Content-Language"] = reader(request).language
    return response


def no_words(request: HttpRequest, known: Collection[str] = ()) -> None:
    """Refuse words of a query string that an address does not know, and words given twice."""
    for name, values in request.GET.lists():
        if name not in known:
            raise WrongUsage(
                _("{name}: there is no such parameter here; there are {known}"),
                name=name,
                known=", ".join(known) or "–",
            )
        if len(values) > 1:
            raise WrongUsage(_("{name}: given {count} times; it takes one value"), name=name, count=len(values))


def members(request: HttpRequest, known: Mapping[str, type]) -> dict[str, Any]:
    """The members of a JSON object that was sent; those that are missing are left out."""
    if request.content_type != "application/json":
        raise Problem(415, Message(_("The body must be application/json")))
    try:
        content = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WrongUsage(_("The body is no JSON in UTF-8")) from None
    if not isinstance(content, dict):
        raise WrongUsage(_("The body is no JSON object"))
    for name, value in content.items():
        if name not in known:
            raise WrongUsage(
                _("{name}: there is no such member here; there are {known}"), name=clean(name), known=", ".join(known)
            )
        if not isinstance(value, known[name]):
            raise WrongUsage(_("{name}: this takes a {kind}"), name=name, kind=_KINDS[known[name]])
    return {name: clean(value) if isinstance(value, str) else value for name, value in content.items()}


def clean(text: str) -> str:
    """A text that can be written as UTF-8: halves of characters are shown as what they are, unreadable."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _no_constant(name: str) -> None:
    raise ValueError(name)


_KINDS = {str: _("text"), bool: _("true or false"), int: _("whole number")}
