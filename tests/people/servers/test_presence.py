"""Which processes serve: by the database's clock, and taken for dead after a while."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from django.db.models.functions import Now

from sodu.people.loads.attempts import end_abandoned
from sodu.people.loads.models import Attempt, Inspection
from sodu.people.servers import presence
from sodu.people.servers.models import Server
from sodu.values.limits import SERVER_UNSEEN_SECONDS_MAX


def unseen(pk: str, seconds: int) -> None:
    Server.objects.filter(pk=pk).update(seen_at=Now() - timedelta(seconds=seconds))


def test_a_process_is_seen_until_it_leaves(db: None) -> None:
    presence.beat()
    presence.beat()
    server = Server.objects.get()
    assert (server.pk, server.host) == (presence.me(), socket.gethostname())
    presence.leave()
    assert not Server.objects.exists()
    assert presence.living() == {presence.me()}


def test_others_live_for_as_long_as_they_are_seen(db: None) -> None:
    Server.objects.create(pk="other", host="web-2")
    unseen("other", SERVER_UNSEEN_SECONDS_MAX - 1)
    assert "other" in presence.living()
    unseen("other", SERVER_UNSEEN_SECONDS_MAX + 1)
    assert "other" not in presence.living()
    presence.forget_old()
    assert Server.objects.filter(pk="other").exists()
    unseen("other", 2 * 24 * 60 * 60)
    presence.forget_old()
    assert not Server.objects.exists()


def test_who_is_alone_forgets_the_others(db: None) -> None:
    presence.beat()
    Server.objects.create(pk="other", host="web-2")
    presence.forget_others()
    assert list(Server.objects.values_list("pk", flat=True)) == [presence.me()]


def test_a_fork_is_another_process() -> None:
    mine = presence.me()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, presence.me().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 100).decode()
    os.close(reading)
    os.close(writing)
    assert len(theirs) == len(mine) == 36
    assert theirs != mine


def test_what_others_do_is_ended_when_they_are_gone(db: None) -> None:
    Server.objects.create(pk="other", host="web-2")
    mine = Attempt.objects.create(files=["mine.csv"], runner=presence.me())
    theirs = Attempt.objects.create(files=["theirs.csv"], runner="other")
    Inspection.objects.create(runner="other")
    end_abandoned()
    assert Attempt.objects.filter(state="running").count() == 2
    unseen("other", SERVER_UNSEEN_SECONDS_MAX + 1)
    end_abandoned()
    assert list(Attempt.objects.filter(state="running")) == [mine]
    theirs.refresh_from_db()
    assert theirs.error["text"].startswith("the server stopped")
    assert Inspection.objects.get().state == "failed"
