"""The API's description (OpenAPI 3.1), made from the catalogue: an operation for each report, with its own conditions."""

from __future__ import annotations

from typing import Any

from sodu import __version__
from sodu.entrances.api import picks, schemas
from sodu.entrances.api.catalogue import choices_of, is_closed, kind_of
from sodu.entrances.api.formats import OFFERED, media_type
from sodu.entrances.api.problems import KINDS, MEDIA_TYPE
from sodu.entrances.api.schemas import Schema, array, closed, text
from sodu.render.formats import FORMATS
from sodu.reports.catalog import REPORTS
from sodu.reports.conditions import CONDITIONS, SEVERAL
from sodu.reports.report import Report
from sodu.values import limits
from sodu.values.text import Text, mark as _

PREFIX = "/api/v1"
_ID = {"name": "id", "in": "path", "required": True, "schema": text(format="uuid"), "description": _("The export's id")}
_ABOUT = (
    "The same questions and answers as the pages and the command line. Send a personal token as a bearer token. "
    "Money and other decimals are strings in plain notation. Refusals are application/problem+json."
)


def document() -> Schema:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sodu", "version": __version__, "description": _ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": {
            "/reports": {
                "get": _operation("reports", _("The reports, their columns and conditions"), schemas.CATALOGUE)
            },
            **{f"/reports/{report.slug}": {"get": _report(report)} for report in REPORTS},
            **{f"/reports/{report.slug}/explain": {"get": _explain(report)} for report in REPORTS if report.figures},
            "/accounts": {"get": _picked("accounts", _("Accounts that may be asked about"))},
            "/services": {"get": _picked("services", _("Services that may be asked about"))},
            "/me": {"get": _operation("me", _("Who calls, and what the token may do"), schemas.ME)},
            **_exports(),
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": schemas.PROBLEM, "Export": schemas.EXPORT},
            "responses": {str(status): _problem(title) for status, (_code, title) in KINDS.items()},
        },
    }


def _operation(id_: str, summary: Text, schema: Schema, *parameters: Schema) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": id_,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": {"description": "The answer", "content": content}, **_refusals(400, 401, 422, 429, 503)},
    }


def _refusals(*statuses: int) -> dict[str, Schema]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _problem(title: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": str(title), "content": {MEDIA_TYPE: {"schema": schema}}}


def _report(report: Report) -> dict[str, Any]:
    made = _operation(
        report.slug,
        report.title,
        schemas.answer(report),
        *(_condition(report, name) for name in report.conditions),
        _word("partner", _("The provider's people: as this partner"), text()),
        _word("format", _("How the answer is written; the Accept header says so too"), closed(OFFERED)),
        _word("bom", _("CSV: begin with a byte order mark"), closed(("yes", "no"))),
        {
            "name": "If-None-Match",
            "in": "header",
            "schema": text(),
            "description": _("The tag of an answer that is there"),
        },
    )
    made["description"] = report.summary
    content = made["responses"]["200"]["content"]
    for slug in OFFERED[1:]:
        content[media_type(FORMATS[slug])] = {"schema": {}}
    made["responses"]["200"]["headers"] = {
        name: {"description": about, "schema": text()}
        for name, about in (
            ("ETag", "Of this answer"),
            ("Link", "The next page"),
            ("Sodu-As-Known-At", "The journal's number that the answer is of"),
            ("Sodu-Row-Count", "All rows, not the page's"),
            ("Sodu-Sha256", "Of the canonical text of the rows sent"),
        )
    }
    made["responses"] |= {"304": {"description": "Nothing changed"}, **_refusals(406)}
    return made


def _explain(report: Report) -> dict[str, Any]:
    words = [
        _word("measure", _("The figure"), closed(tuple(figure.name for figure in report.figures)), required=True),
        _word("account_id", _("Of the row of this account"), text()),
        _word("service_id", _("Of the row of this service"), text()),
        *([_word("discount_id", _("Of the row of this discount"), text())] if report.owner else []),
        _word("bucket", _("Of the row of this day, week, month or quarter"), text()),
    ]
    conditions = [_condition(report, name) for name in report.conditions]
    made = _operation(
        f"explain-{report.slug}", _("A figure of this report, explained"), schemas.EXPLANATION, *words, *conditions
    )
    made["parameters"].append(_word("partner", _("The provider's people: as this partner"), text()))
    return made


def _picked(name: str, summary: Text) -> dict[str, Any]:
    about = {
        "q": (_("Words of the name or id, whatever their case and diacritics"), text()),
        "limit": (_("Rows of a page"), _number(limits.PICK_ROWS_MAX)),
        "after": (_("The `next` of the page before"), text()),
        "partner": (_("The provider's people: as this partner"), text()),
    }
    words = [_word(each, *about[each]) for each in picks.PARAMETERS]
    return _operation(name, summary, schemas.picks(name), *words)


def _exports() -> dict[str, Any]:
    export = {"$ref": "#/components/schemas/Export"}
    begin = _operation("begin-export", _("Begin an export of all rows of a question"), export)
    begin["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas.EXPORT_ASKED}}}
    begin["responses"]["202"] = begin["responses"].pop("200")
    begin["responses"] |= _refusals(403, 413, 415)
    one = _operation("export", _("One export: how far it is"), export)
    file = _operation("export-file", _("The file of an export that is done"), {})
    file["responses"]["200"]["content"] = {media_type(FORMATS[slug]): {"schema": {}} for slug in OFFERED}
    stop = _operation("stop-export", _("Stop an export, or delete one that is done"), {})
    del stop["responses"]["200"]
    stop["responses"] |= {"204": {"description": "Done"}, **_refusals(403)}
    for each in (one, file, stop):
        each["parameters"] = [_ID]
        each["responses"] |= _refusals(404)
    return {
        "/exports": {"get": _operation("exports", _("The caller's exports"), schemas.EXPORTS), "post": begin},
        "/exports/{id}": {"get": one, "delete": stop},
        "/exports/{id}/file": {"get": file},
    }


def _condition(report: Report, name: str) -> Schema:
    schema = text()
    if is_closed(name):
        schema = closed(tuple(value for value, _label in choices_of(name)) + (("none",) if name == "by" else ()))
    elif choices := choices_of(name):
        schema = text(examples=[value for value, _label in choices])
    elif name in ("sort", "columns"):
        schema = text(examples=[report.columns[0].name])
    elif kind_of(name) == "count":
        schema = _number(limits.EXPORT_STREAM_ROWS_MAX)
    return _word(name, CONDITIONS[name], array(schema) if name in SEVERAL else schema)


def _word(name: str, about: str, schema: Schema, *, required: bool = False) -> Schema:
    word: Schema = {"name": name, "in": "query", "description": about, "schema": schema}
    if schema.get("type") == "array":
        word |= {"style": "form", "explode": True}
    return word | ({"required": True} if required else {})


def _number(most: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most}
