"""What runs in a serving process: the warehouse, and the threads that work in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from sodu.values.limits import INTAKE_SECONDS
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.serving import Serving, serve

_log = structlog.get_logger("sodu")
_serving: Serving | None = None


def record() -> Serving:
    """The warehouse that this process serves."""
    if _serving is None:
        raise RuntimeError("no warehouse is being served")
    return _serving


def is_ready() -> bool:
    """Whether this process can answer."""
    return _serving is not None


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

    stop = threading.Event()
    with serve(home, Journal(home)) as serving, holding(serving):
        threads = [_thread("intake", INTAKE_SECONDS, serving.take_in, stop)]
        threads += [_thread(name, seconds, lambda step=step: step(serving, stop), stop) for name, seconds, step in WORK]
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _thread(name: str, seconds: float, step: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """A thread that takes a step every so often; a step that fails is told of and tried again."""

    def work() -> None:
        from django.db import close_old_connections

        while not stop.wait(seconds):
            close_old_connections()
            try:
                step()
            except Exception:  # noqa: BLE001
                _log.exception("background", work=name)

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
