"""Which processes serve: each says so every few seconds, and is taken for dead where it does not."""

from __future__ import annotations

import functools
import os
import socket
import uuid
from datetime import timedelta

from django.db.models.functions import Now

from sodu.people.servers.models import Server
from sodu.values.limits import SERVER_UNSEEN_SECONDS_MAX


def me() -> str:
    """This process; a fork is another one."""
    return _me(os.getpid())


@functools.cache
def _me(_pid: int) -> str:
    return str(uuid.uuid4())


def beat() -> None:
    """Say that this process lives."""
    if not Server.objects.filter(pk=me()).update(seen_at=Now()):
        Server.objects.create(pk=me(), host=socket.gethostname())


def living() -> set[str]:
    """The processes that were seen of late, this one among them."""
    since = Now() - timedelta(seconds=SERVER_UNSEEN_SECONDS_MAX)
    return {me(), *Server.objects.filter(seen_at__gt=since).values_list("pk", flat=True)}


def leave() -> None:
    """This process serves no more."""
    Server.objects.filter(pk=me()).delete()


def forget_others() -> None:
    """No other process serves: asked by one that holds the home alone."""
    Server.objects.exclude(pk=me()).delete()


def forget_old() -> None:
    """Drop the rows of processes that ended long ago."""
    Server.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()
