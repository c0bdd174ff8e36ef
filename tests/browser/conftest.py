"""A real server on a home with invented data, and Chromium to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

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


@pytest.fixture
def as_person(context: BrowserContext, portal: Served) -> Callable[..., Page]:
    """A page that a person of this role has open."""

    def signed_in(role: str = "operator", partner: str = "", settings: str = "{}") -> Page:
        context.set_default_timeout(15_000)
        key = portal.session(role, partner, settings)
        context.add_cookies([{"name": "sid", "value": key, "url": portal.url, "httpOnly": True}])
        return context.new_page()

    return signed_in
