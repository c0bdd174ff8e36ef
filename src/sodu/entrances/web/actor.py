"""Who acts in a request, for the audit log."""

from __future__ import annotations

from django.http import HttpRequest

from sodu.people.accounts.models import User
from sodu.people.audit.log import Actor


def actor_of(request: HttpRequest, email: str = "") -> Actor:
    """The person of a request, with where it came from."""
    user = request.user if isinstance(request.user, User) else None
    return Actor(
        user=user,
        address=str(request.META.get("REMOTE_ADDR", "")),
        agent=request.headers.get("User-Agent", ""),
        request_id=getattr(request, "request_id", ""),
        email=email,
    )
