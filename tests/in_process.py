"""The product in this process, for tests that ask much of it: the same load, run and rendering as a command's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sodu.render.formats import FORMATS
from sodu.render.options import Options
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadReport, LoadRequest, load
from sodu.warehouse.opening import Warehouse, open_warehouse
from sodu.warehouse.progress import silent
from sodu.warehouse.settings import Settings


class InProcess:
    """A home that is loaded and asked without a command."""

    def __init__(self, home: Path, now: datetime, settings: Settings | None = None) -> None:
        self.home = Home.create(home, settings)
        self.now = now
        self._opened: Iterator[Warehouse] | None = None
        self._warehouse: Warehouse | None = None

    def load(self, *paths: Path, **request: Any) -> int:
        """Load files or folders; the journal's head after it."""
        self.loaded(*paths, **request)
        return Journal(self.home).head

    def loaded(self, *paths: Path, **request: Any) -> LoadReport:
        """Load files or folders; what was loaded."""
        self.close()
        return load(self.home, LoadRequest(paths=paths, **request), "test", self.now, silent)

    def report(self, slug: str, conditions: Mapping[str, object], journal: int | None = None) -> dict[str, Any]:
        """A report's answer as JSON has it."""
        out = BytesIO()
        table = self.table(slug, conditions, journal)
        FORMATS["json"].write(table, out, Options())
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    def table(self, slug: str, conditions: Mapping[str, object], journal: int | None = None) -> ResultTable:
        """A report's answer as the value that all formats render."""
        report = report_of(slug)
        wire = {name: _texts(value) for name, value in conditions.items() if name != "partner"}
        if journal is not None:
            wire["as_known_at"] = [str(journal)]
        today = self.now.astimezone(ZoneInfo(self.home.settings.zone)).date()
        partner = conditions.get("partner")
        scope = Scope.operator() if partner is None else Scope.partner(str(partner))
        return run(report, parse(report, wire, today), scope, self.warehouse(), self.now)

    def repeat(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> str:
        """What was asked."""
        return f"{slug} {conditions} as known at {journal}"

    def warehouse(self) -> Warehouse:
        """The warehouse, opened at the journal's head."""
        if self._warehouse is None:
            self._opened = _held(self.home)
            self._warehouse = next(self._opened)
        return self._warehouse

    def close(self) -> None:
        """Give the warehouse back."""
        if self._opened is not None:
            next(self._opened, None)
        self._opened = self._warehouse = None


def _held(home: Home) -> Iterator[Warehouse]:
    with open_warehouse(home, Journal(home)) as warehouse:
        yield warehouse


@contextmanager
def in_process(home: Path, now: datetime, settings: Settings | None = None) -> Iterator[InProcess]:
    """The product over a home, closed at the end."""
    product = InProcess(home, now, settings)
    try:
        yield product
    finally:
        product.close()


def _texts(value: object) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [str(value)]
    return [str(item) for item in value]
