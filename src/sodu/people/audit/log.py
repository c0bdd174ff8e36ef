"""Writes and reads the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sodu.people.accounts.models import User
from sodu.people.audit.models import Event

DONE, REFUSED, FAILED = "done", "refused", "failed"


@dataclass(frozen=True)
class Actor:
    """Who acts, and from where."""

    user: User | None
    address: str = ""
    agent: str = ""
    request_id: str = ""
    email: str = ""
    """Of someone who is not signed in: the address that was tried."""


def record(
    actor: Actor, action: str, object_: str = "", *, query: str = "", outcome: str = DONE, **detail: Any
) -> Event:
    """Add a row: it is there before the answer is sent."""
    user = actor.user
    event = Event(
        user=user,
        email=user.email if user else actor.email[:254],
        partner_id=user.partner_id if user else "",
        request_id=actor.request_id,
        action=action,
        object=object_[:255],
        query=query,
        outcome=outcome,
        address=actor.address[:45],
        agent=actor.agent[:255],
        detail=detail,
    )
    event.save()
    return event


def events_for(user: User) -> QuerySet[Event]:
    """What a person may read of the log: the provider's people all, a partner's admin the partner's, others their own."""
    if user.is_provider:
        return Event.objects.order_by("-pk")
    if user.is_partner_admin:
        return Event.objects.filter(partner_id=user.partner_id).order_by("-pk")
    return Event.objects.filter(user=user).order_by("-pk")
