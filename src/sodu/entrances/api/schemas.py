"""JSON Schemas of what the API sends and takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sodu.entrances.api.formats import OFFERED
from sodu.entrances.api.problems import KINDS
from sodu.people.accounts.models import Role
from sodu.people.saved.models import Export
from sodu.reports.catalog import BY_SLUG
from sodu.reports.column import Column, Kind
from sodu.reports.report import Report

Schema = dict[str, Any]


def text(**more: Any) -> Schema:
    """A text."""
    return {"type": "string"} | more


def closed(words: Sequence[str]) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(words)}


def array(items: Schema) -> Schema:
    """Several of something."""
    return {"type": "array", "items": items}


def members(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def missing(schema: Schema) -> Schema:
    """The same, or null."""
    return schema | {"type": [schema["type"], "null"]}


_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_INSTANT = text(format="date-time")
_MONEY = text(pattern=r"^-?[0-9]+(\.[0-9]+)?$")
_OF_KIND: dict[Kind, Schema] = {
    Kind.DAY: text(format="date"),
    Kind.INSTANT: _INSTANT,
    Kind.MONEY: _MONEY,
    Kind.QUANTITY: _MONEY,
    Kind.RATE: _MONEY,
    Kind.CHANGE_RATE: text(description="A decimal, or new"),
    Kind.COUNT: {"type": "integer"},
}


def cells(columns: Iterable[Column]) -> dict[str, Schema]:
    """The members of a row; those of a comparison are not named."""
    return {column.name: missing(_OF_KIND.get(column.kind, text())) for column in columns}


def _open(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties}


COLUMN = members({"name": text(), "label": text(), "kind": closed([kind.value for kind in Kind])})
_CHOICES = array(members({"value": text(), "label": text()}))
_COLUMN_DESCRIBED = members(COLUMN["properties"], {"choices": _CHOICES})
CHECK = members({"name": text(), "ok": _FLAG, "detail": text()})


def answer(report: Report) -> Schema:
    """The answer of a report."""
    return members(
        {
            "report": closed([report.slug]),
            "conditions": _open({}),
            "period": members({"start": _INSTANT, "end": _INSTANT, "zone": text()}),
            "as_known_at": _COUNT,
            "data_through": missing(_INSTANT),
            "columns": array(COLUMN),
            "rows": array(_open(cells(report.columns))),
            "totals": array(_open(cells(report.totals))),
            "checks": array(CHECK),
            "row_count": _COUNT,
            "next": missing(text()),
            "sha256": text(pattern="^[0-9a-f]{64}$"),
        }
    )


def picks(name: str) -> Schema:
    """A page of accounts or services."""
    kind = {"accounts": {"type": closed(["partner", "customer"])}, "services": {"product_group": missing(text())}}[name]
    row = members({"id": text(), "name": text()} | kind)
    return members({name: array(row), "count": _COUNT, "next": missing(text())})


PROBLEM = members(
    {
        "type": text(),
        "title": text(),
        "status": {"type": "integer"},
        "detail": text(),
        "code": closed([code for code, _title in KINDS.values()]),
    },
    {"parameter": text()},
)
CONDITION = members({"name": text(), "kind": text(), "description": text(), "several": _FLAG}, {"choices": _CHOICES})
CATALOGUE = members(
    {
        "reports": array(
            members(
                {
                    "slug": closed(list(BY_SLUG)),
                    "menu": text(),
                    "title": text(),
                    "summary": text(),
                    "href": text(),
                    "columns": array(_COLUMN_DESCRIBED),
                    "totals": array(_COLUMN_DESCRIBED),
                    "conditions": array(CONDITION),
                    "sort": array(text()),
                    "compares": _FLAG,
                }
            )
        )
    }
)
TOKEN = members({"name": text(), "may_export": _FLAG, "created_at": _INSTANT, "expires_at": _INSTANT})
ME = members(
    {
        "email": text(),
        "name": text(),
        "role": closed([role.value for role in Role]),
        "role_label": text(),
        "partner": missing(text()),
        "accounts": missing(array(text())),
        "language": text(),
        "zone": text(),
        "limits": {"type": "object", "additionalProperties": _COUNT},
        "token": missing(TOKEN),
    }
)
EXPORT = members(
    {
        "id": text(format="uuid"),
        "report": text(),
        "query": text(),
        "format": closed(OFFERED),
        "state": closed([state.value for state in Export.State]),
        "rows": missing(_COUNT),
        "rows_done": _COUNT,
        "bytes": missing(_COUNT),
        "sha256": missing(text()),
        "error": missing(text()),
        "created_at": _INSTANT,
        "started_at": missing(_INSTANT),
        "finished_at": missing(_INSTANT),
        "expires_at": missing(_INSTANT),
        "href": text(),
        "file": missing(text()),
    }
)
EXPORTS = members({"exports": array({"$ref": "#/components/schemas/Export"})})
EXPORT_ASKED = members(
    {"report": closed(list(BY_SLUG))},
    {
        "query": text(
            description="The question's query text, as in the address of the report", examples=["period=2026"]
        ),
        "format": closed(OFFERED),
        "bom": _FLAG,
    },
)
EXPLANATION = _open({})
