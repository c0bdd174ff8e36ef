"""Several questions at once: one is answered beside the others, within the same limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import TypeVar

from sodu.values.limits import PARTS_BESIDE_MAX, QUESTIONS_BESIDE_MAX
from sodu.warehouse.engine import heard, waits

Answer = TypeVar("Answer")
# Questions wait for their parts: those have threads of their own, so that there always is one.
_QUESTIONS = ThreadPoolExecutor(QUESTIONS_BESIDE_MAX, thread_name_prefix="beside")
_PARTS = ThreadPoolExecutor(PARTS_BESIDE_MAX, thread_name_prefix="part")
_room = BoundedSemaphore(PARTS_BESIDE_MAX)


def begun(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Begin to ask a whole question; what is returned waits for the answer, and raises what kept it from that."""
    return _awaited(_QUESTIONS.submit(copy_context().run, _with_waits, ask))


@contextmanager
def beside(ask: Callable[[], Answer]) -> Iterator[Callable[[], Answer]]:
    """Ask a part of a question while the block asks another; where all threads are taken, it is asked when it is needed.

    What is asked asks nothing beside itself. It has ended when the block is left.
    """
    if not _room.acquire(blocking=False):
        yield ask
        return
    coming = _PARTS.submit(copy_context().run, _with_waits, ask)
    coming.add_done_callback(lambda _coming: _room.release())
    try:
        yield _awaited(coming)
    finally:
        wait([coming])


def _awaited(coming: Future[tuple[Answer, float]]) -> Callable[[], Answer]:
    def answer() -> Answer:
        began = time.perf_counter()
        found, in_engine = coming.result()
        # Of the engine's time, what was not waited for here went by beside something else.
        heard(min(in_engine, time.perf_counter() - began))
        return found

    return answer


def _with_waits(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    with waits() as engine:
        return ask(), sum(engine)
