"""Work in the background: what fails is told of, counted, and tried again after longer and longer whiles."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from prometheus_client import REGISTRY

from sodu.entrances.web import running


def failures(work: str) -> float:
    return REGISTRY.get_sample_value("sodu_background_failures_total", {"work": work}) or 0


def test_a_step_that_fails_is_tried_again_ever_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_close_database", lambda: None)
    stop, tried = threading.Event(), []

    def step() -> None:
        tried.append(time.monotonic())
        if len(tried) == 4:
            stop.set()
        raise RuntimeError

    running._thread("stumbling", 0.02, step, stop).join(10)
    gaps = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == 4
    assert gaps[0] < gaps[1] < gaps[2]
    assert failures("stumbling") == 4


def test_work_beside_requests_is_told_of_when_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_close_database", lambda: None)

    def work() -> None:
        raise RuntimeError

    running.beside("once", work).join(10)
    assert failures("once") == 1
    assert running._beside == set()
