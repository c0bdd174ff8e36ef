"""Work that is done beside requests: what, how often (seconds), and by which function."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

from sodu.entrances import clock
from sodu.people.saved import delivering, exporting, making
from sodu.values.limits import EXPORTS_AT_ONCE
from sodu.warehouse.serving import Serving

_HOUR_SECONDS = 60 * 60
_EXPORT_NICENESS = 10
Step = Callable[[Serving, threading.Event], object]


def make_exports(serving: Serving, stop: threading.Event) -> None:
    """Make the exports that wait, one after the other; whoever reads a page goes first."""
    if sys.platform == "linux":
        # There, priorities are of threads. This one has no other work, and needs none back.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _EXPORT_NICENESS)
    while not stop.is_set() and making.make_one(serving, stop, clock.now()):
        pass


def send_schedules(serving: Serving, stop: threading.Event) -> None:
    """Send what is due."""
    delivering.deliver(serving, stop, clock.now())


def expire_exports(serving: Serving, _stop: threading.Event) -> None:
    """Delete the files that were kept long enough."""
    exporting.expire(serving.home)


WORK: tuple[tuple[str, float, Step], ...] = (
    *((f"exports-{number}", 0.5, make_exports) for number in range(1, EXPORTS_AT_ONCE + 1)),
    ("schedules", 20, send_schedules),
    ("expiry", _HOUR_SECONDS, expire_exports),
)
"""Each step is given the warehouse and the event that says that the server stops."""
