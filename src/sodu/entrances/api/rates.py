"""How often each caller may ask: so many times a minute, counted in this process."""

from __future__ import annotations

import threading
import time

from sodu.values.limits import API_CALLERS_COUNTED_MAX

_SECONDS = 60


class Window:
    """Counts askings of the current minute."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counting = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def count(self, caller: str) -> int:
        """Count one asking; how many seconds to wait where there were too many, else 0."""
        now = time.time()
        with self._counting:
            self._begin(now)
            asked = self._counts.get(caller, 0) + 1
            if len(self._counts) < API_CALLERS_COUNTED_MAX or caller in self._counts:
                self._counts[caller] = asked
        return 0 if asked <= self.most else self._wait(now)

    def is_spent(self, caller: str) -> int:
        """How many seconds to wait where there were too many already, else 0; nothing is counted."""
        now = time.time()
        with self._counting:
            self._begin(now)
            return self._wait(now) if self._counts.get(caller, 0) >= self.most else 0

    def clear(self) -> None:
        """Forget all."""
        with self._counting:
            self._counts.clear()

    def _begin(self, now: float) -> None:
        minute = int(now // _SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()

    @staticmethod
    def _wait(now: float) -> int:
        return max(1, _SECONDS - int(now % _SECONDS))
