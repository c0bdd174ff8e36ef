"""What describes the API: its OpenAPI document, and a page made from it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sodu.entrances.api.openapi import PREFIX, document
from sodu.entrances.api.problems import KINDS


@lru_cache(maxsize=1)
def _text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def openapi_json(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the framework goes by the name
    """The OpenAPI document; it says nothing of anybody, and asks for no token."""
    response = HttpResponse(_text(), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page for people who write programs."""
    described = document()
    operations = [
        _shown(method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    context = {
        "operations": operations,
        "kinds": [(status, code, title) for status, (code, title) in KINDS.items()],
        "url": settings.CONFIGURATION.url,
        "prefix": PREFIX,
    }
    return render(request, "api/docs.html", context)


def _shown(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": PREFIX + path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [_parameter(each) for each in operation.get("parameters", ())],
        "statuses": ", ".join(sorted(operation["responses"])),
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    several = schema.get("type") == "array"
    schema = schema["items"] if several else schema
    return {
        "name": parameter["name"],
        "about": parameter.get("description", ""),
        "choices": schema.get("enum", ()),
        "examples": schema.get("examples", ()),
        "several": several,
        "required": parameter.get("required", False),
    }
