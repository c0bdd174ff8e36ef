"""How long questions may run: who asks says it, the engine keeps it, and what is open can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from sodu.values.errors import TookTooLong


class Stoppable(Protocol):
    """A question that runs."""

    def interrupt(self) -> None:
        """End it: whoever waits for its answer is told."""


@dataclass
class Limit:
    """Until when the questions of one piece of work may run, by the monotonic clock; None for as long as they take."""

    until: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the time has come."""
        return self.until is not None and time.monotonic() >= self.until

    def end(self) -> None:
        """Nobody waits for the answers any more."""
        self.until = time.monotonic()


_limit: ContextVar[Limit | None] = ContextVar("limit", default=None)


@contextmanager
def limited(seconds: float | None) -> Iterator[Limit]:
    """All questions that this thread asks within the block end after so many seconds, or when the limit is ended."""
    limit = Limit(None if seconds is None else time.monotonic() + seconds)
    token = _limit.set(limit)
    try:
        yield limit
    finally:
        _limit.reset(token)


def seconds_left() -> float | None:
    """How long the questions of this thread may still run; None for as long as they take."""
    limit = _limit.get()
    return None if limit is None or limit.until is None else max(0.0, limit.until - time.monotonic())


class Open:
    """The questions that run now, and the limit of each."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._open: dict[int, tuple[Stoppable, Limit | None]] = {}

    @contextmanager
    def held(self, question: Stoppable) -> Iterator[None]:
        """Know of a question while the block runs; raises TookTooLong where its time is over already."""
        limit = _limit.get()
        if limit and limit.is_over:
            raise TookTooLong
        with self._changing:
            self._open[id(question)] = question, limit
        try:
            yield
        finally:
            with self._changing:
                del self._open[id(question)]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._open)

    def stop_overdue(self) -> None:
        """Stop what has run for too long."""
        with self._changing:  # so that none is stopped after it was closed
            for question, limit in self._open.values():
                if limit and limit.is_over:
                    question.interrupt()

    def stop_all(self) -> None:
        """Stop everything."""
        with self._changing:
            for question, _limit_of in self._open.values():
                question.interrupt()
