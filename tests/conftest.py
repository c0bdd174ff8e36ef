"""Django's settings for the tests of this process, and the portal that tests ask for: see tests/portal/__init__.py."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from sodu.warehouse.home import Home
from tests import postgresql
from tests.portal import homes
from tools.nodes import Nodes

if TYPE_CHECKING:
    from sodu.warehouse.serving import Serving


def _read_settings() -> Path:
    """Let Django read its settings from a home of this process; the environment is as before afterwards.

    A conftest is read before Django is set up by its plugin, and once a process: workers have homes of their own.
    With TESTS_ON=postgresql the portal is kept in a PostgreSQL that this process starts.
    """
    home = Path(tempfile.mkdtemp(prefix="sodu-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "tmp").mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SODU_")}
    on_postgresql = os.environ.get("TESTS_ON") == "postgresql"
    ours = {
        "DJANGO_SETTINGS_MODULE": "sodu.entrances.settings",
        "SODU_HOME": str(home),
        "SODU_MFA_ROLES": "none",
        "SODU_LOG": "text",
        "DATABASE_URL": postgresql.shared().url("sodu") if on_postgresql else "",
    }
    with mock.patch.dict(os.environ, clean | ours, clear=True):
        from django.conf import settings

        Path(settings.STATIC_ROOT).mkdir(parents=True)
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.DATABASES["default"]["TEST"] = {"NAME": "test" if on_postgresql else str(home / "test.sqlite")}
    return home


HOME = _read_settings()


def _empty_events_too() -> None:
    """Tests that commit empty their database afterwards: the audit log's triggers step aside for that alone."""
    from django.db import connection
    from django.test import TransactionTestCase

    ordinary = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        from sodu.people.audit import triggers

        triggers.drop(connection)
        ordinary(case)
        triggers.add(connection)

    TransactionTestCase._fixture_teardown = teardown


_empty_events_too()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The database, which is given back by the thread that writes events before it is dropped."""
    yield
    from django.db import connection

    from sodu.people.audit.writing import WRITER

    WRITER._thread.submit(lambda: connection.close()).result()  # noqa: PLW0108 - that thread's, not this one's


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A ClickHouse cluster of three real nodes for all tests of a process, each of which has databases of its own."""
    with Nodes(tmp_path_factory.mktemp("nodes")) as started:
        yield started


@pytest.fixture
def own_nodes(tmp_path: Path) -> Iterator[Nodes]:
    """Nodes of one test alone: what it kills, no other test asks."""
    with Nodes(tmp_path / "nodes") as started:
        yield started


@pytest.fixture(scope="session")
def served() -> Iterator[Serving]:
    """The warehouse of the session's home, with the worked example and an invented provider."""
    with mock.patch.dict(os.environ, {"SODU_NOW": homes.NOW, "SODU_MEMORY": "500MB"}):
        home = Home.create(HOME)
        homes.fill(home)
        with ExitStack() as stack:
            from sodu.warehouse.journal import Journal
            from sodu.warehouse.serving import serve

            yield stack.enter_context(serve(home, Journal(home)))


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moment and zone, whatever the machine's are."""
    monkeypatch.setenv("SODU_NOW", homes.NOW)
    monkeypatch.setenv("SODU_ZONE", "Asia/Ho_Chi_Minh")


@pytest.fixture
def portal(served: Serving, at_now: None, db: None) -> Iterator[homes.Portal]:
    """A portal in this process, over the session's home."""
    from sodu.entrances.web.running import holding

    with holding(served):
        yield homes.Portal(served)


@pytest.fixture
def own_portal(
    tmp_path: Path, at_now: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., homes.Portal]]:
    """A portal over a home of the test's own, with some files loaded: `own_portal(path, …)`."""
    monkeypatch.setenv("SODU_MEMORY", "500MB")
    with ExitStack() as stack:

        def made(*paths: Path) -> homes.Portal:
            home = Home.create(tmp_path / "own-home")
            if paths:
                homes.take(home, *paths)
            return stack.enter_context(homes.portal_over(home))

        yield made
