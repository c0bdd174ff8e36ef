"""Work that is done beside requests: what, how often (seconds), and by which function."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sodu.warehouse.serving import Serving

WORK: tuple[tuple[str, float, Callable[[Serving, threading.Event], object]], ...] = ()
"""Each step is given the warehouse and the event that says that the server stops."""
