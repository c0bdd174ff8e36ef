"""Each request has an id, a log line, and headers that keep answers out of caches."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sodu.entrances.web import metrics
from sodu.warehouse.engine import seconds_of, waits

_log = structlog.get_logger("sodu")
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(self)"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,36}")

Respond = Callable[[HttpRequest], HttpResponse]


class RequestMiddleware:
    """Outermost: what it says of a request includes everything within."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say so in the log."""
        began = time.perf_counter()
        given = request.headers.get("X-Request-Id", "") if settings.CONFIGURATION.proxies else ""
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        request.META["REMOTE_ADDR"] = client_address(request)
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        with waits() as engine:
            response = self._respond(request)
        response.headers["X-Request-Id"] = request_id
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        milliseconds, in_engine = round((time.perf_counter() - began) * 1000, 1), round(seconds_of(engine) * 1000, 1)
        response.headers["Server-Timing"] = f"engine;dur={in_engine}, total;dur={milliseconds}"
        # The route and not the path: the secret of a link stands in its path.
        match = request.resolver_match
        route = match.route if match else "static" if request.path.startswith("/static/") else "none"
        metrics.requested(route, request.method, response.status_code, milliseconds / 1000)
        _log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=milliseconds,
            engine=in_engine,
        )
        return response


def client_address(request: HttpRequest) -> str:
    """Who asks: the address that the outermost trusted proxy saw, or that of the connection."""
    proxies: int = settings.CONFIGURATION.proxies
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
