"""Which format an answer is sent in: as `format` says, else as the Accept header does."""

from __future__ import annotations

from django.http import HttpRequest

from sodu.entrances.api.problems import Problem
from sodu.render.formats import FORMATS, Format
from sodu.values.errors import WrongUsage
from sodu.values.text import Message, mark as _

OFFERED = ("json", "csv", "xlsx", "parquet")
"""By preference."""


def chosen(request: HttpRequest, named: str | None) -> Format:
    """The format asked for; raises WrongUsage for a name that is none, Problem where nothing offered is accepted."""
    if named is not None:
        return by_name(named)
    header = request.headers.get("Accept", "*/*")
    qualities = [(_quality(header, FORMATS[slug]), -place, slug) for place, slug in enumerate(OFFERED)]
    best, _place, slug = max(qualities)
    if best <= 0:
        types = ", ".join(media_type(FORMATS[each]) for each in OFFERED)
        raise Problem(406, Message(_("Accept: none of these is accepted: {types}"), {"types": types}))
    return FORMATS[slug]


def by_name(name: str) -> Format:
    """The format of that name; raises WrongUsage where it is none that is offered."""
    if name not in OFFERED:
        raise WrongUsage(_("format: '{value}' is none; use one of {choices}"), value=name, choices=", ".join(OFFERED))
    return FORMATS[name]


def media_type(format_: Format) -> str:
    """Its media type, without parameters."""
    return format_.media_type.partition(";")[0]


def _quality(header: str, format_: Format) -> float:
    """How welcome a format is: as the most exact range that covers it says."""
    kind = media_type(format_)
    ranges = {kind: 3, kind.partition("/")[0] + "/*": 2, "*/*": 1}
    found = (0, 0.0)
    for part in header.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        if name in ranges:
            found = max(found, (ranges[name], _weight(parameters)))
    return found[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
