"""What runs in a serving process: the warehouse, and the threads that work in the background."""

from __future__ import annotations

import mmap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from sodu.values.limits import BACKGROUND_PAUSE_SECONDS_MAX, INTAKE_MILLISECONDS, SERVE_STOP_SECONDS
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.serving import Serving, serve

_log = structlog.get_logger("sodu")
_serving: Serving | None = None
DRAINING = mmap.mmap(-1, 1)
"""Whether the server is about to stop: memory that its process and its worker share."""
_beside: set[threading.Thread] = set()
_OVERDUE_SECONDS = 0.25


def record() -> Serving:
    """The warehouse that this process serves."""
    if _serving is None:
        raise RuntimeError("no warehouse is being served")
    return _serving


def is_ready() -> bool:
    """Whether this process can answer, and is not about to stop."""
    return _serving is not None and not DRAINING[0]


@contextmanager
def holding(serving: Serving) -> Iterator[Serving]:
    """Serve this warehouse while the block runs (tests serve one of their own)."""
    global _serving  # noqa: PLW0603
    before, _serving = _serving, serving
    try:
        yield serving
    finally:
        _serving = before


@contextmanager
def running(home: Home) -> Iterator[None]:
    """Own the warehouse and work in the background while the block runs."""
    from sodu.entrances.web.background import WORK
    from sodu.people.servers import presence

    stop = threading.Event()
    with serve(home, Journal(home)) as serving, holding(serving):
        presence.beat()
        steps: list[tuple[str, float, Callable[[], object]]] = [
            ("intake", INTAKE_MILLISECONDS / 1000, lambda: take_in(serving)),
            ("time limit", _OVERDUE_SECONDS, serving.engine.open.stop_overdue),
        ]
        steps += [(name, seconds, partial(step, serving, stop)) for name, seconds, step in WORK]
        threads = [_thread(name, seconds, step, stop) for name, seconds, step in steps]
        try:
            yield
        finally:
            stop.set()
            _ended([*threads, *_beside], serving)
            _left()


def take_in(serving: Serving) -> None:
    """Take in what was journalled, and count it."""
    from sodu.entrances.web.metrics import LOADS

    LOADS.inc(serving.take_in())


def beside(name: str, work: Callable[[], object]) -> threading.Thread:
    """Do something once, beside requests; a server that stops waits for it a while."""

    def once() -> None:
        try:
            work()
        except Exception:  # noqa: BLE001
            _failed(name)
        finally:
            _beside.discard(threading.current_thread())
            _close_database()

    thread = threading.Thread(target=once, name=name, daemon=True)
    _beside.add(thread)
    thread.start()
    return thread


def _ended(threads: list[threading.Thread], serving: Serving) -> None:
    """Wait for threads to end; what does not end by itself loses its questions."""
    _join(threads, SERVE_STOP_SECONDS / 2)
    serving.stop()
    _join(threads, SERVE_STOP_SECONDS / 4)


def _join(threads: list[threading.Thread], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))


def _thread(name: str, seconds: float, step: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """A thread that takes a step every so often; one that fails is told of, and tried again after a longer while."""

    def work() -> None:
        pause = seconds
        while not stop.wait(pause):
            try:
                step()
                pause = seconds
            except Exception:  # noqa: BLE001
                _failed(name)
                # A connection that was lost is made anew at the next step.
                _close_database()
                pause = min(pause * 2, BACKGROUND_PAUSE_SECONDS_MAX)
        _close_database()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _left() -> None:
    """Say that what this process had not ended is free to be taken over."""
    from django.db import DatabaseError

    from sodu.people.servers import presence

    try:
        presence.leave()
    except DatabaseError:
        _log.warning("background", work="presence", exc_info=True)
    _close_database()


def _failed(name: str) -> None:
    from sodu.entrances.web.metrics import FAILURES

    FAILURES.labels(name).inc()
    _log.exception("background", work=name)


def _close_database() -> None:
    from django.db import connections

    connections.close_all()
