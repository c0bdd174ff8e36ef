"""Work that is done beside requests: what, how often (seconds), and by which function."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

from sodu.entrances import clock
from sodu.people.loads.attempts import end_abandoned
from sodu.people.saved import delivering, exporting, making
from sodu.people.servers import counting, presence
from sodu.values.limits import EXPORTS_AT_ONCE, SERVER_UNSEEN_SECONDS_MAX
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
    """Delete the files that were kept long enough, and forget processes that ended long ago."""
    exporting.expire(serving.home)
    presence.forget_old()
    counting.forget_before(int(time.time() // 60) - 1)


def be_seen(_serving: Serving, _stop: threading.Event) -> None:
    """Say that this process lives, and end what was running in one that does not."""
    presence.beat()
    end_abandoned()


WORK: tuple[tuple[str, float, Step], ...] = (
    *((f"exports-{number}", 0.5, make_exports) for number in range(1, EXPORTS_AT_ONCE + 1)),
    ("presence", SERVER_UNSEEN_SECONDS_MAX / 6, be_seen),
    ("schedules", 20, send_schedules),
    ("expiry", _HOUR_SECONDS, expire_exports),
)
"""Each step is given the warehouse and the event that says that the server stops."""
