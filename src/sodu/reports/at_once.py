"""Several questions at once: one is answered beside the others, within the same limit of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import TypeVar

from sodu.values.limits import PARTS_BESIDE_MAX, QUESTIONS_BESIDE_MAX
from sodu.warehouse.engine import Span, heard, waits

Answer = TypeVar("Answer")


class Beside:
    """Threads for one kind of work. What runs there may wait for another kind's, never for its own."""

    def __init__(self, name: str, most: int) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._room = BoundedSemaphore(most)

    def begun(self, ask: Callable[[], Answer]) -> Callable[[], Answer]:
        """Begin to ask, when a thread is free; what is returned waits for the answer, and raises what kept it from that."""
        return _awaited(self._submit(ask))

    @contextmanager
    def asked(self, ask: Callable[[], Answer]) -> Iterator[Callable[[], Answer]]:
        """Ask while the block does something else; where all threads are taken, it is asked when the answer is needed.

        It has ended when the block is left.
        """
        if not self._room.acquire(blocking=False):
            yield ask
            return
        coming = self._submit(ask)
        coming.add_done_callback(lambda _coming: self._room.release())
        try:
            yield _awaited(coming)
        finally:
            wait([coming])

    def _submit(self, ask: Callable[[], Answer]) -> Future[tuple[Answer, list[Span]]]:
        return self._threads.submit(copy_context().run, _with_waits, ask)


QUESTIONS = Beside("question", QUESTIONS_BESIDE_MAX)
"""Several answers for one page."""
PARTS = Beside("part", PARTS_BESIDE_MAX)
"""What one answer is made of."""


def _awaited(coming: Future[tuple[Answer, list[Span]]]) -> Callable[[], Answer]:
    def answer() -> Answer:
        found, at_work = coming.result()
        heard(at_work)
        return found

    return answer


def _with_waits(ask: Callable[[], Answer]) -> tuple[Answer, list[Span]]:
    with waits() as at_work:
        return ask(), at_work
