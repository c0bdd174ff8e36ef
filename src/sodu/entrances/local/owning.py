"""One server a home whose warehouse is a file: it holds a lock for as long as it, or a worker of it, lives."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from sodu.values.errors import Busy
from sodu.values.limits import LOCK_WAIT_SECONDS
from sodu.values.text import mark as _
from sodu.warehouse.home import Home

_LOCK = "serve.lock"
_POLL_SECONDS = 0.1


@contextmanager
def owning(home: Home) -> Iterator[None]:
    """Be the home's server; raises Busy where another one is.

    A worker whose server was killed holds the lock until it has noticed: that is waited for. Where the warehouse is a
    cluster and all else is in PostgreSQL, any number of servers serve them.
    """
    if home.settings.cluster and home.settings.database:
        yield
        return
    with open(home.path / _LOCK, "a+", encoding="ascii") as file:
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while not _locked(file):
            if _holder_lives(file) or time.monotonic() >= deadline:
                raise Busy(_("a server runs on {path} already"), path=str(home.path))
            time.sleep(_POLL_SECONDS)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_lives(file: TextIO) -> bool:
    file.seek(0)
    pid = file.read().strip()
    try:
        os.kill(int(pid or 0), 0) if pid else None
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return bool(pid)
