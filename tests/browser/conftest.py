"""A real server on a home with invented data, and Chromium to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.server import CHROMIUM_FLAGS, Served, make_home, serving


@pytest.fixture(scope="session")
def portal_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="session")
def portal(portal_home: Path) -> Iterator[Served]:
    with serving(portal_home, SODU_MFA_ROLES="none") as served:
        yield served


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    assert chromium, "the tests of pages need Chromium: apt-get install chromium"
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def sessions(portal: Served) -> Callable[[str, str], str]:
    """The session of a person of a role, made once."""
    return cache(portal.session)


@pytest.fixture
def as_person(browser: Browser, portal: Served, sessions: Callable[[str, str], str]) -> Iterator[Callable[..., Page]]:
    """A page that a person of this role has open, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def signed_in(role: str = "partner_admin", partner: str = "partner-01", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "sid", "value": sessions(role, partner), "url": portal.url, "httpOnly": True}])
        return context.new_page()

    yield signed_in
    for context in contexts:
        context.close()
