"""Writes and reads the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from sodu.people.accounts.models import User
from sodu.people.audit.models import Event
from sodu.people.audit.writing import WRITER

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
    """Add a row: it is there when this returns."""
    event = _event(actor, action, object_, query=query, outcome=outcome, detail=detail)
    event.save()
    return event


@contextmanager
def recorded(actor: Actor, action: str, object_: str = "", *, query: str = "", **detail: Any) -> Iterator[None]:
    """Add a row for what is done, beside the work of the block: it is there when the block is left."""
    event = _event(actor, action, object_, query=query, outcome=DONE, detail=detail)
    if connection.in_atomic_block:
        event.save()
        yield
        return
    written = WRITER.write(event)
    try:
        yield
    finally:
        written.result()


def _event(actor: Actor, action: str, object_: str, **said: Any) -> Event:
    user = actor.user
    return Event(
        user=user,
        email=user.email if user else actor.email[:254],
        partner_id=user.partner_id if user else "",
        request_id=actor.request_id,
        action=action,
        object=object_[:255],
        address=actor.address[:45],
        agent=actor.agent[:255],
        **said,
    )


def events_for(user: User) -> QuerySet[Event]:
    """What a person may read of the log: the provider's people all, a partner's admin the partner's, others their own."""
    if user.is_provider:
        return Event.objects.order_by("-pk")
    if user.is_partner_admin:
        return Event.objects.filter(partner_id=user.partner_id).order_by("-pk")
    return Event.objects.filter(user=user).order_by("-pk")
