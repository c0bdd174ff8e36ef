"""The portal's figures for Prometheus: what was asked, how long it took, and where the record stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sodu.entrances.web import running

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_REQUESTS = Counter("sodu_requests", "Requests answered", ["route", "method", "status"])
_REQUEST_SECONDS = Histogram("sodu_request_seconds", "How long requests took", ["route"], buckets=_SECONDS)
_REPORTS = Counter("sodu_reports", "Reports answered", ["slug", "outcome"])
_REPORT_SECONDS = Histogram(
    "sodu_report_seconds", "How long reports took, until their totals were known", ["slug"], buckets=_SECONDS
)
LOADS = Counter("sodu_journal_rows_taken_in", "Rows of the journal that the warehouse took in")
FAILURES = Counter("sodu_background_failures", "Steps of background work that failed", ["work"])

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def requested(route: str, method: str | None, status: int, seconds: float) -> None:
    """Count a request: by its route, never by its path, so that what is counted stays bounded."""
    _REQUESTS.labels(route, method if method in _METHODS else "other", status).inc()
    _REQUEST_SECONDS.labels(route).observe(seconds)


@contextmanager
def reported(slug: str) -> Iterator[None]:
    """Count a report and how long it takes within the block."""
    began, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    finally:
        _REPORTS.labels(slug, outcome).inc()
        _REPORT_SECONDS.labels(slug).observe(time.perf_counter() - began)


class _Standing(Collector):
    """What is looked up when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The heads of the journal and of the warehouse, and the exports by state."""
        if running.is_ready():
            serving = running.record()
            yield GaugeMetricFamily("sodu_journal_head", "The journal's last number", value=serving.journal.head)
            yield GaugeMetricFamily("sodu_warehouse_head", "Up to where the warehouse took it in", value=serving.head)
            questions = len(serving.engine.open)
            yield GaugeMetricFamily("sodu_questions_open", "Questions that the engine answers now", value=questions)
            yield self._exports()

    @staticmethod
    def _exports() -> GaugeMetricFamily:
        from django.db.models import Count

        from sodu.people.saved.models import Export

        counted = dict(Export.objects.values_list("state").annotate(Count("pk")).order_by())
        family = GaugeMetricFamily("sodu_exports", "Exports by their state", labels=["state"])
        for state in Export.State.values:
            family.add_metric([state], counted.get(state, 0))
        return family


REGISTRY.register(_Standing())
