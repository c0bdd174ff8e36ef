"""Where a figure comes from, as JSON: formula, parts, rows, batches, and the questions that lead on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from sodu.entrances import clock
from sodu.entrances.api.answering import is_there, question
from sodu.entrances.api.bodies import answered
from sodu.entrances.api.callers import caller_of
from sodu.entrances.api.reports import QUERY_CHARACTERS_KEPT, by
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.asking import PARTNER, Asked, query_text
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.running import record as served
from sodu.people.audit.log import REFUSED, record
from sodu.render.language import say, translate
from sodu.reports.column import Column
from sodu.reports.explain import explain, place_of
from sodu.reports.explained import WORDS, Batch, Part, Place, Rows
from sodu.values.errors import SoduError
from sodu.values.money import plain
from sodu.values.text import Message


def explanation(request: HttpRequest, slug: str) -> HttpResponse:
    """A figure of a report's answer, explained."""
    is_there(slug)
    query = request.GET.copy()
    words = {name: value for name in WORDS if (value := "".join(map(str, query.pop(name, [])[-1:])))}
    try:
        asked = question(caller_of(request).user, slug, query)
        answer = explained(asked, words, clock.now(), reader(request).language)
    except SoduError:
        kept = request.META.get("QUERY_STRING", "")[:QUERY_CHARACTERS_KEPT]
        record(actor_of(request), "explain", slug, query=kept, outcome=REFUSED, **by(request))
        raise
    record(actor_of(request), "explain", slug, query=asked.query, **by(request) | words)
    return answered(request, answer)


def explained(asked: Asked, words: Mapping[str, str], now: datetime, language: str) -> dict[str, Any]:
    """The explanation of a figure; raises WrongUsage as everywhere."""
    place = place_of(asked.report, asked.conditions, words)
    found = explain(place, asked.scope, served(), now)
    return {
        "report": asked.report.slug,
        "figure": dict(found.place.words),
        "label": translate(found.column.label, language),
        "subject": say(found.subject, language),
        "currency": found.currency or None,
        "conditions": found.question.wire(),
        "as_known_at": found.header.known.seq,
        "value": _value(found.value),
        "parts": [_part(asked, part, language) for part in found.parts],
        "rows": [_rows(asked, rows, found.header.zone, language) for rows in found.rows],
        "row_count": found.row_count,
        "rows_sum": _value(found.rows_sum),
        "less": _part(asked, found.less, language) if found.less else None,
        "batches": [_batch(batch) for batch in found.batches],
        "batches_add_up": found.batches_add_up,
        "checks": [
            {"name": check.name, "ok": check.ok, "detail": say(check.detail, language)} for check in found.checks
        ],
        "notes": [
            say(note, language) if isinstance(note, Message) else translate(note, language) for note in found.notes
        ],
    }


def _part(asked: Asked, part: Part, language: str) -> dict[str, Any]:
    return {
        "sign": part.sign,
        "column": part.column.name,
        "label": translate(part.column.label, language),
        "value": _value(part.value),
        "of_total": part.of_total,
        "explain": _leads_to(asked, part.place) if part.place else None,
    }


def _leads_to(asked: Asked, place: Place) -> str:
    words = place.conditions.wire() | _partner(asked) | place.words
    return f"/api/v1/reports/{place.report.slug}/explain?{query_text(words)}"


def _partner(asked: Asked) -> dict[str, Any]:
    return {PARTNER: asked.partner} if asked.partner else {}


def _rows(asked: Asked, rows: Rows, zone: str, language: str) -> dict[str, Any]:
    return {
        "report": rows.report.slug,
        "href": f"/api/v1/reports/{rows.report.slug}?{query_text(rows.conditions.wire() | _partner(asked))}",
        "sums": [{"sign": sign, "column": column.name if column else None} for sign, column in rows.sums],
        "columns": [
            {"name": c.name, "label": translate(c.label, language), "kind": c.kind.value} for c in rows.columns
        ],
        "first": [_cells(rows.columns, row, zone) for row in rows.first],
        "row_count": rows.row_count,
        "value": _value(rows.value),
    }


def _batch(batch: Batch) -> dict[str, Any]:
    """Which load it was; who loaded it is the provider's own to know."""
    return {
        "seq": batch.seq,
        "table": batch.table,
        "recorded_at": batch.recorded_at,
        "sha256": batch.sha256,
        "rows": batch.rows,
        "value": _value(batch.value),
    }


def _cells(columns: Iterable[Column], row: Mapping[str, Any], zone: str) -> dict[str, Any]:
    return {column.name: _cell(row.get(column.name), zone) for column in columns}


def _cell(value: Any, zone: str) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat()
    return _value(value)


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
