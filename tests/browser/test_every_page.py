"""Every page of the portal: accessible in both themes, whole at 320 pixels, without scripts, and in print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import ADMIN, OPERATOR, PAGES, REFUSED, VISITOR
from tests.browser.server import Served

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1440, "height": 900}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def sessions(portal: Served) -> dict[tuple[str, str], str]:
    return {who: portal.session(*who) for who in (OPERATOR, ADMIN)}


@pytest.fixture
def opened(browser: Browser, portal: Served, sessions: dict[tuple[str, str], str]) -> Iterator[Open]:
    """Opens a page by its name; fails where the browser complains or another host is asked."""
    contexts = []

    def open_page(name: str, **options: Any) -> Page:
        who, address = PAGES[name]
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        if who != VISITOR:
            context.add_cookies([{"name": "sid", "value": sessions[who], "url": portal.url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(portal.url) else None)
        answer = page.goto(portal.url + address, wait_until="networkidle")
        assert answer
        assert answer.status == (400 if name in REFUSED else 200)
        if name not in REFUSED:
            assert complaints == []
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened: Open, name: str) -> None:
    page = opened(name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=RULES).response["violations"]
        assert found == [], scheme + json.dumps([_told(each) for each in found], indent=1)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_at_320_pixels(opened: Open, name: str) -> None:
    assert opened(name, viewport=NARROW).evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_scripts_and_in_print(opened: Open, name: str) -> None:
    page = opened(name, java_script_enabled=False)
    assert page.locator("h1").count() == 1
    assert page.locator("main").inner_text().strip()
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


def _told(violation: dict[str, Any]) -> list[str]:
    return [violation["id"], violation["help"], *(node["html"][:200] for node in violation["nodes"][:3])]
