"""What machines ask of the portal: whether it lives, whether it is ready, and its figures."""

from __future__ import annotations

import hmac

import prometheus_client
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe

from sodu.entrances.web import running


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The warehouse is open and the portal's database answers."""
    try:
        # Asked, since a connection that is kept may be to a server that is gone.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ready = running.is_ready()
    except Exception:  # noqa: BLE001
        ready = False
    return HttpResponse("ready\n" if ready else "not ready\n", status=200 if ready else 503, content_type="text/plain")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format; for who has the token, or for this machine where there is none."""
    token = settings.CONFIGURATION.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    is_this_machine = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else is_this_machine):
        return HttpResponseForbidden("a token is needed\n", content_type="text/plain")
    return HttpResponse(prometheus_client.generate_latest(), content_type=prometheus_client.CONTENT_TYPE_LATEST)
