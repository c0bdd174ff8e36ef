"""Exports in the background: asked for by a person, made one after the other, kept for some days."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from sodu.people.accounts.models import User
from sodu.people.audit.log import Actor, record as record_event
from sodu.people.saved.models import Export
from sodu.people.saved.questions import partner_of, without_page
from sodu.people.servers import presence
from sodu.people.tenants.scope import scope_for
from sodu.render.formats import by_slug
from sodu.render.language import say
from sodu.reports.scope import Scope
from sodu.values.errors import Refused
from sodu.values.limits import EXPORT_DAYS_KEPT, EXPORT_TRIES_MAX, EXPORTS_AT_ONCE, EXPORTS_WAITING_MAX
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home

State = Export.State
_OPEN = (State.WAITING, State.RUNNING)
_READY = "SELECT count(*) FROM saved_export WHERE user_id = %s AND state = %s AND seen_at IS NULL"
_LEFT = _("The server ended while this was made, {count} times; ask for less, or try again")


def start(user: User, slug: str, query: str, format_: str, **chosen: Any) -> Export:
    """Put an export on the list; raises Refused where a person has too many there. `chosen`: language, bom, rows."""
    by_slug(format_)
    with transaction.atomic():
        # Whoever counts has the person alone, so that nobody is over the limit.
        User.objects.select_for_update().get(pk=user.pk)
        if user.exports.filter(state__in=_OPEN).count() >= EXPORTS_WAITING_MAX:
            raise Refused(
                _("exports: {limit} are waiting already; wait for one, or cancel one"), limit=EXPORTS_WAITING_MAX
            )
        query = without_page(query)
        return Export.objects.create(
            user=user, partner=partner_of(query), slug=slug, query=query, format=format_, **chosen
        )


def claim(runner: str | None = None) -> Export | None:
    """The next export, now this process's to make; None where nothing waits or it makes enough.

    Partners take turns: first whoever has fewest being made, then whose last one began longest ago.
    """
    with transaction.atomic():
        runner = runner or presence.me()
        running = Export.objects.filter(state=State.RUNNING)
        if running.filter(runner=runner).count() >= EXPORTS_AT_ONCE:
            return None
        chosen = _next(running.values_list("user__partner_id", flat=True))
        if chosen is None:
            return None
        taken = Export.objects.filter(pk=chosen, state=State.WAITING).update(
            state=State.RUNNING, runner=runner, rows_done=0, started_at=timezone.now()
        )
        return Export.objects.select_related("user").get(pk=chosen) if taken else None


def _next(running: Iterable[str]) -> uuid.UUID | None:
    busy = Counter(running)
    last = dict(
        Export.objects.exclude(started_at=None)
        .values_list("user__partner_id")
        .annotate(at=Max("started_at"))
        .order_by()
    )
    waiting = Export.objects.filter(state=State.WAITING).order_by("created_at")
    never = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    order = [
        (busy[partner], last.get(partner) or never, created, pk)
        for pk, partner, created in waiting.values_list("pk", "user__partner_id", "created_at")
    ]
    return min(order)[-1] if order else None


def recover(home: Home) -> None:
    """Put back what a server that died was making; give up on what it died of several times."""
    for export in Export.objects.filter(state=State.RUNNING).exclude(runner__in=presence.living()):
        partial(home, export).unlink(missing_ok=True)
        tries = export.tries + 1
        left = Export.objects.filter(pk=export.pk, state=State.RUNNING, runner=export.runner)
        if tries >= EXPORT_TRIES_MAX:
            left.update(
                state=State.FAILED,
                tries=tries,
                error=say(Message(_LEFT, {"count": tries}), export.language),
                finished_at=timezone.now(),
            )
        else:
            left.update(state=State.WAITING, tries=tries, rows_done=0)


def cancel(export: Export) -> bool:
    """Stop an export that is not there yet; whoever makes it sees so within a second."""
    stopped = Export.objects.filter(pk=export.pk, state__in=_OPEN).update(
        state=State.CANCELLED, finished_at=timezone.now(), rows_done=0
    )
    return stopped > 0


def delete(home: Home, export: Export) -> None:
    """Take an export off the list, its file with it."""
    Export.objects.filter(pk=export.pk).delete()
    path_of(home, export).unlink(missing_ok=True)


def expire(home: Home) -> int:
    """Delete the files of exports that were kept long enough, and files that belong to none; how many exports."""
    now = timezone.now()
    past = Export.objects.filter(expires_at__lt=now)
    count = 0
    for export in past:
        if not Export.objects.filter(pk=export.pk).delete()[0]:
            continue  # another process was first
        path_of(home, export).unlink(missing_ok=True)
        record_event(Actor(None), "export-expired", str(export), user=export.user_id)
        count += 1
    old = Export.objects.filter(state__in=(State.FAILED, State.CANCELLED), finished_at__lt=now - kept_for())
    old.delete()
    # Looked at before the list is: what is begun meanwhile is not there yet.
    there = list(folder(home).iterdir())
    known = {str(pk) for pk in Export.objects.values_list("pk", flat=True)}
    for path in there:
        if path.name.lstrip(".").partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return count


def kept_for() -> timedelta:
    """How long a file is kept."""
    return timedelta(days=EXPORT_DAYS_KEPT)


def folder(home: Home) -> Path:
    """Where the files lie."""
    made = home.path / "exports"
    made.mkdir(mode=0o700, exist_ok=True)
    return made


def path_of(home: Home, export: Export) -> Path:
    """The file of an export that is done."""
    return folder(home) / f"{export.pk}{by_slug(export.format).suffix}"


def partial(home: Home, export: Export) -> Path:
    """Its file while a process makes it: two never write to one."""
    return folder(home) / f".{export.pk}.{export.runner}.part"


def exports_of(user: User) -> QuerySet[Export]:
    """A person's own, newest first: nobody sees another's."""
    return user.exports.order_by("-created_at")


def ready_count(user: User) -> int:
    """How many are done and were not looked at yet. Every page asks: putting the same question together takes longest."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, (user.pk, State.DONE))
        (count,) = cursor.fetchone()
    return int(count)


def is_still_theirs(export: Export) -> bool:
    """Whether the person may see now all that the file holds: rights may have changed since it was made."""
    held = export.scope
    if not export.user.is_active or (export.partner and not export.user.is_provider):
        return False
    return _covers(scope_for(export.user, export.partner or None), held)


def scope_words(scope: Scope) -> dict[str, Any]:
    """A scope as it is kept beside a file."""
    return {
        "partners": None if scope.partners is None else list(scope.partners),
        "accounts": None if scope.accounts is None else list(scope.accounts),
    }


def _covers(scope: Scope, held: dict[str, Any]) -> bool:
    pairs = ((scope.partners, held.get("partners")), (scope.accounts, held.get("accounts")))
    return all(now is None or (then is not None and set(then) <= set(now)) for now, then in pairs)
