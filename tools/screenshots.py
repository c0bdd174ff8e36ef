#!/usr/bin/env python3
"""Take a picture of every page, in both languages, both themes and two widths."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.browser.pages import ADMIN, OPERATOR, PAGES, REFUSED  # noqa: E402
from tests.browser.server import CHROMIUM_FLAGS, Served, make_home, serving  # noqa: E402

WIDTHS = (1440, 390)
THEMES = ("light", "dark")
LANGUAGES = ("en", "vi")


def main() -> None:
    """Serve a home with invented data, and take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots", help="where they go")
    parser.add_argument("word", nargs="?", default="", help="take only pages with this in their name")
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: page for name, page in PAGES.items() if options.word in name}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        home = make_home(Path(place) / "home", 20_000)
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        with serving(home, SODU_MFA_ROLES="none") as served:
            staged = served.staged()
            for language in LANGUAGES:
                for theme, width, page in _opened(chromium, served, (language, staged), wanted):
                    name, opened = page
                    opened.screenshot(path=folder / f"{name}-{language}-{theme}-{width}.png", full_page=True)
                    print(f"{name}-{language}-{theme}-{width}.png", flush=True)
        chromium.close()


def _opened(
    chromium: Browser, served: Served, stage: tuple[str, dict[str, str]], wanted: dict[str, tuple[tuple[str, str], str]]
) -> Iterator[tuple[str, int, tuple[str, Page]]]:
    language, staged = stage
    sessions = {who: served.session(*who, f'{{"language": "{language}"}}') for who in (OPERATOR, ADMIN)}
    for theme in THEMES:
        for width in WIDTHS:
            for name, (who, address) in wanted.items():
                context = chromium.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme="dark" if theme == "dark" else "light",
                    locale=language,
                )
                if who in sessions:
                    context.add_cookies([{"name": "sid", "value": sessions[who], "url": served.url}])
                page = context.new_page()
                answer = page.goto(served.url + address.format(**staged), wait_until="networkidle")
                assert answer
                assert answer.status == (400 if name in REFUSED else 200), f"{name}: {answer.status}"
                yield theme, width, (name, page)
                context.close()


if __name__ == "__main__":
    main()
