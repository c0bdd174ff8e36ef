"""How often each caller may ask: so many times a minute, counted in this process or by all processes of a portal."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from sodu.entrances import database
from sodu.people.servers import counting
from sodu.values.limits import API_CALLERS_COUNTED_MAX

_SECONDS = 60


class _Counts(Protocol):
    def add(self, caller: str, minute: int) -> int:
        """Count one asking; how many there were in the minute."""

    def of(self, caller: str, minute: int) -> int:
        """How many there were in the minute."""

    def clear(self) -> None:
        """Forget all."""


class Window:
    """Counts askings of the current minute, of one kind."""

    def __init__(self, kind: str, most: int) -> None:
        self.most = most
        self._counts: _Counts = _Shared(kind) if database.URL else _Own()

    def count(self, caller: str) -> int:
        """Count one asking; how many seconds to wait where there were too many, else 0."""
        now = time.time()
        return 0 if self._counts.add(caller, int(now // _SECONDS)) <= self.most else self._wait(now)

    def is_spent(self, caller: str) -> int:
        """How many seconds to wait where there were too many already, else 0; nothing is counted."""
        now = time.time()
        return self._wait(now) if self._counts.of(caller, int(now // _SECONDS)) >= self.most else 0

    def clear(self) -> None:
        """Forget all."""
        self._counts.clear()

    @staticmethod
    def _wait(now: float) -> int:
        return max(1, _SECONDS - int(now % _SECONDS))


class _Own:
    """In this process alone."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def add(self, caller: str, minute: int) -> int:
        with self._counting:
            self._begin(minute)
            asked = self._counts.get(caller, 0) + 1
            if len(self._counts) < API_CALLERS_COUNTED_MAX or caller in self._counts:
                self._counts[caller] = asked
            return asked

    def of(self, caller: str, minute: int) -> int:
        with self._counting:
            self._begin(minute)
            return self._counts.get(caller, 0)

    def clear(self) -> None:
        with self._counting:
            self._counts.clear()

    def _begin(self, minute: int) -> None:
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()


class _Shared:
    """In the portal's database."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def add(self, caller: str, minute: int) -> int:
        return counting.add(f"{self._kind} {caller}", minute)

    def of(self, caller: str, minute: int) -> int:
        return counting.counted(f"{self._kind} {caller}", minute)

    def clear(self) -> None:
        counting.forget_all()
