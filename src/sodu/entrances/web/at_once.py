"""Several questions of one page at once: one is answered beside the others, within the same limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from sodu.values.limits import QUESTIONS_BESIDE_MAX
from sodu.warehouse.engine import heard, waits

Answer = TypeVar("Answer")
_BESIDE = ThreadPoolExecutor(QUESTIONS_BESIDE_MAX, thread_name_prefix="beside")


def begun(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Begin to ask; what is returned waits for the answer, and raises what kept it from that."""
    coming = _BESIDE.submit(copy_context().run, _with_waits, ask)

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
