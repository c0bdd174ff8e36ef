"""Every page of the portal: accessible in both themes, whole at 320 pixels, without scripts, and in print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sodu.entrances.web.asking import PARTNER
from sodu.entrances.web.chips import LABELS, NOT_CHOSEN
from sodu.reports.catalog import REPORTS
from tests.browser.pages import OPERATOR, PAGES, REFUSED, VISITOR
from tests.browser.server import Served

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1440, "height": 900}
SCHEMES = ("light", "dark")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Rows are made alike: the first few stand for the others, which would take axe most of its time.
LOOKED_AT = {"exclude": [["tbody tr:nth-child(n+5)"], [".as-table tbody tr:nth-child(n+2)"]]}

CONDITIONS = [name for name in LABELS if name not in NOT_CHOSEN]
"""What opens on a page of a report."""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def staged(portal: Served) -> dict[str, str]:
    return portal.staged()


@pytest.fixture(scope="session")
def context_of(browser: Browser, portal: Served, sessions: Callable[[str, str], str]) -> Iterator[Open]:
    """One context for each person and kind of browser, for all pages."""
    made: dict[str, BrowserContext] = {}

    def context(who: tuple[str, str], **options: Any) -> BrowserContext:
        key = json.dumps([who, options])
        if key not in made:
            made[key] = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
            if who != VISITOR:
                made[key].add_cookies([{"name": "sid", "value": sessions(*who), "url": portal.url}])
        return made[key]

    yield context
    for each in made.values():
        each.close()


@pytest.fixture
def opened(context_of: Callable[..., BrowserContext], portal: Served, staged: dict[str, str]) -> Iterator[Open]:
    """Opens a page by its name; fails where the browser complains or another host is asked."""
    pages: list[Page] = []

    def open_page(name: str, **options: Any) -> Page:
        who, address = PAGES[name]
        page = context_of(who, **options).new_page()
        pages.append(page)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(portal.url) else None)
        answer = page.goto(portal.url + address.format(**staged))
        assert answer
        assert answer.status == (400 if name in REFUSED else 200)
        assert page.url == portal.url + address.format(**staged)
        if options.get("java_script_enabled", True):
            # The chart comes by itself.
            page.locator(".chart-slot").wait_for(state="detached")
        if name not in REFUSED:
            assert complaints == []
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened: Open, name: str) -> None:
    page = opened(name)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, context=LOOKED_AT, options=RULES).response["violations"]
        assert found == [], scheme + json.dumps([_told(each) for each in found], indent=1)


@pytest.mark.parametrize("name", CONDITIONS)
def test_axe_finds_nothing_in_an_open_condition(
    context_of: Callable[..., BrowserContext], portal: Served, name: str
) -> None:
    report = next(each for each in REPORTS if name == PARTNER or name in each.conditions)
    page = context_of(OPERATOR).new_page()
    page.goto(f"{portal.url}/reports/{report.slug}?period=last-month&open={name}")
    expect(page.locator(f"details[open]:has(> #chip-{name})")).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, context={"include": [[".cond"]]}, options=RULES).response["violations"]
        assert found == [], scheme + json.dumps([_told(each) for each in found], indent=1)
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_at_320_pixels(opened: Open, name: str) -> None:
    page = opened(name, viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(_BEYOND, NARROW["width"]) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_scripts_and_in_print(opened: Open, name: str) -> None:
    page = opened(name, java_script_enabled=False)
    assert page.locator("h1").count() == 1
    assert page.locator("main").inner_text().strip()
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["overview", "compared", "explained"])
def test_a_page_is_whole_when_enlarged_twice(opened: Open, name: str) -> None:
    page = opened(name, viewport={"width": 720, "height": 450}, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    assert page.evaluate(_BEYOND, 720) == []


def test_print_says_the_conditions_and_repeats_the_head(opened: Open) -> None:
    page = opened("by-month")
    page.emulate_media(media="print")
    expect(page.locator(".says")).to_be_visible()
    expect(page.locator(".says")).to_contain_text("VND")
    expect(page.locator("table.data thead")).to_have_css("display", "table-header-group")
    for unseen in ("nav.side", ".cond", ".act", ".tabs"):
        expect(page.locator(unseen).first).to_be_hidden()


# What stands beyond the edge and is in nothing that scrolls, opens or is hidden on purpose.
_BEYOND = """
(width) => [...document.querySelectorAll("main *")].filter((each) => {
  const box = each.getBoundingClientRect();
  if (!box.width || !box.height || (box.right <= width + 1 && box.left >= -1)) return false;
  for (let up = each; up.id !== "main"; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (/auto|scroll|hidden|clip/.test(style.overflowX) || style.clipPath !== "none") return false;
  }
  return !each.closest(".unseen, svg");
}).map((each) => each.outerHTML.slice(0, 160))
"""


def _told(violation: dict[str, Any]) -> list[str]:
    return [violation["id"], violation["help"], *(node["html"][:200] for node in violation["nodes"][:3])]
