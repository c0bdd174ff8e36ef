"""The WSGI application: Django for people, the door for commands on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from sodu.entrances.local.door import Door, is_local
from sodu.entrances.web import running
from sodu.values.limits import QUERY_SECONDS_MAX
from sodu.warehouse.time_limit import limited

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    if is_local(environ):
        return Door(running.record())(environ, start_response)
    with limited(QUERY_SECONDS_MAX):
        return _django(environ, start_response)
