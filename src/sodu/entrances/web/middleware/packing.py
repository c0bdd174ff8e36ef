"""Pages are packed on their way, so that neither their weight nor their length tells much."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from zlib_ng import zlib_ng

_LEAST_BYTES = 500
_LEVEL, _GZIP = 6, 16 + zlib_ng.MAX_WBITS
_NAME_BYTES_MAX = 100
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
_HEADER = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"
"""gzip's header with a file name to follow and no time (RFC 1952)."""


def packed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answer is compressed where the browser takes gzip."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pack(request, view(request, *args, **kwargs))

    return respond


def pack(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress an answer; one that is short, streamed or packed already stays as it is.

    An attacker who can make a browser ask and sees the length of the answers could guess at secrets in them (BREACH):
    the CSRF token is masked anew in each page, and a file name of random length hides small differences.
    """
    if response.streaming or response.has_header("Content-Encoding") or len(response.content) < _LEAST_BYTES:
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    if not _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
        return response
    whole = zlib_ng.compress(response.content, _LEVEL, _GZIP)
    name = b"a" * secrets.randbelow(_NAME_BYTES_MAX) + b"\0"
    # The header that this replaces has ten bytes: no name, no extra fields.
    response.content = _HEADER + name + whole[10:]
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = "gzip"
    return response
