"""The portal as people use it: with the mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from sodu.reports.catalog import REPORTS
from sodu.reports.report import Report
from tests.browser.server import SODU, Served, serving

AsPerson = Callable[..., Page]
MONTH = "?period=last-month&currency=VND"


def totp(secret: str, at: float) -> str:
    """The code of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def focused(page: Page) -> str:
    """The id of the element that has the focus."""
    return str(page.evaluate("document.activeElement.id"))


@pytest.fixture(scope="module")
def strict(portal_home: Path, portal: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal that asks for second factors, as it does unless told otherwise."""
    home = tmp_path_factory.mktemp("strict") / "home"
    shutil.copytree(portal_home, home, ignore=shutil.ignore_patterns("portal.sqlite*", "*.sock", "*.duckdb*"))
    with serving(home) as served:
        yield served


def test_joining_takes_a_password_and_a_second_factor(strict: Served, browser: Browser) -> None:
    words = [*SODU, "invite", "lan@example.com", "--role", "partner_admin", "--partner", "partner-01"]
    said = subprocess.run(words, env=strict.environ, check=True, capture_output=True, text=True).stdout
    link = re.search(r"http://\S+/join/\S+", said)
    assert link
    page = browser.new_context().new_page()
    page.goto(link[0])
    page.get_by_label("Your name").fill("Lan Anh")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    page.get_by_label("Password").fill("a sentence only Lan knows")
    page.get_by_role("button", name="Join").click()
    page.goto(strict.url + "/reports/credit-total")
    expect(page).to_have_url(re.compile("/accounts/2fa/"))
    page.get_by_role("link", name="Set up").click()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(totp(secret, time.time()))
    page.get_by_role("button", name="Turn on").click()
    page.goto(strict.url + "/reports/credit-total")
    expect(page.get_by_role("heading", level=1)).to_have_text("Total credit")

    page.get_by_role("button", name="Sign out").first.click()
    page.goto(strict.url + "/accounts/login/")
    page.get_by_label("E-mail").fill("lan@example.com")
    page.get_by_label("Password").fill("a sentence only Lan knows")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    # A code counts once: the next one of the clock is taken.
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(totp(secret, time.time() + 30))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_report_by_the_mouse_alone(as_person: AsPerson, portal: Served, report: Report) -> None:
    page = as_person()
    page.goto(portal.url)
    page.locator("nav.side").get_by_role("link", name=str(report.menu)).click()
    tab = page.locator(f"#tab-{report.slug}")
    if not tab.get_attribute("aria-current"):
        tab.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(report.title))
    page.locator("#chip-period").click()
    page.get_by_role("link", name="Last month").click()
    expect(page).to_have_url(re.compile("period=last-month"))
    expect(page.locator(".says")).to_contain_text("October 2026")
    if "compare" in report.conditions:
        page.locator("#chip-add").click()
        page.locator("#chip-compare").click()
        page.get_by_role("link", name="Period before").click()
        expect(page).to_have_url(re.compile("compare=previous"))
        expect(page.locator("thead")).to_contain_text("before")
    expect(page.locator(".proof")).to_contain_text("SHA-256")


def test_a_condition_by_the_keyboard_alone(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/revenue-by-account" + MONTH)
    page.keyboard.press("f")
    assert focused(page) == "chip-period"
    expect(page.locator("details[open] > summary#chip-period")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "This year":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("period=this-year"))
    expect(page.locator("#chip-period")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_keys_open_close_and_go(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/revenue-by-account" + MONTH)
    menu = page.locator("details:has(> .export-menu)")
    page.keyboard.press("e")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("details:has(> #chip-account) input[type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#chip-account")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/reports/credit-"))


def test_rows_are_searched_for_and_all_are_there_again(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/credit-total" + MONTH)
    every = page.locator("#rows-said").inner_text()
    page.keyboard.press("s")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("cong ty")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"search=cong(\+|%20)ty"))
    names = page.locator("table.data tbody th").all_inner_texts()
    assert names
    assert all("công ty" in name.lower() for name in names)
    expect(page.locator("#search")).to_have_value("cong ty")
    page.locator("#search").fill("nothing is called so")
    page.locator("#search").press("Enter")
    page.get_by_role("link", name="Without Search").click()
    expect(page.locator("#rows-said")).to_have_text(every)


def test_back_shows_the_former_answer(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/credit-total" + MONTH)
    former = page.locator("table.data tfoot").inner_text()
    page.locator("#chip-period").click()
    page.get_by_role("link", name="This year").click()
    expect(page.locator(".says")).to_contain_text("Year 2026")
    page.go_back()
    expect(page).to_have_url(re.compile("period=last-month"))
    expect(page.locator(".says")).to_contain_text("October 2026")
    assert page.locator("table.data tfoot").inner_text() == former
    page.wait_for_load_state()
    page.go_forward()
    expect(page.locator(".says")).to_contain_text("Year 2026")


def test_a_figure_leads_to_its_rows_and_back(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/credit-total" + MONTH)
    page.locator("tfoot a").nth(1).click()
    expect(page).to_have_url(re.compile("/explain/credit-total"))
    expect(page.locator("main")).to_contain_text("✓")
    page.get_by_role("link", name=re.compile("Show all|Open in the report")).first.click()
    expect(page).to_have_url(re.compile("/reports/credit-"))
    page.locator(".way-back a").click()
    expect(page).to_have_url(re.compile("/explain/credit-total"))


@pytest.mark.parametrize(("label", "suffix"), [("Excel", "xlsx"), ("CSV", "csv"), ("Parquet", "parquet")])
def test_an_export_holds_what_the_page_shows(
    as_person: AsPerson, portal: Served, tmp_path: Path, label: str, suffix: str
) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/revenue-by-service" + MONTH + "&columns=service_id,currency,sales")
    shown = page.locator("table.data tbody tr").count()
    page.get_by_text("Export report").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(label)).or_(
            page.get_by_role("button", name=re.compile(label))
        ).first.click()
    file = tmp_path / download.value.suggested_filename
    assert file.suffix == f".{suffix}"
    download.value.save_as(file)
    rows: list[tuple[object, ...]]
    if suffix == "xlsx":
        book = openpyxl.load_workbook(file)
        assert book.sheetnames[:2] == ["Conditions", "Report"]
        assert shown > 0
    elif suffix == "csv":
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        assert lines[0] == "service_id,currency,sales"
        assert len(lines) - 1 == shown
    else:
        rows = pq.read_table(file).to_pylist()
        assert len(rows) == shown


def test_a_view_is_saved_shared_and_opened(as_person: AsPerson, portal: Served) -> None:
    page = as_person()
    page.goto(portal.url + "/reports/revenue-by-account" + MONTH)
    page.get_by_text("Save view").first.click()
    page.get_by_label("Name").first.fill("Sales of the month")
    page.get_by_label(re.compile("Share|share")).first.check()
    page.get_by_role("button", name="Save").first.click()
    page.goto(portal.url + "/views")
    page.get_by_role("link", name="Sales of the month").first.click()
    expect(page).to_have_url(re.compile("/reports/revenue-by-account.*period=last-month"))
    colleague = as_person("partner_member", "partner-01")
    colleague.goto(portal.url + "/views")
    expect(colleague.locator("main")).to_contain_text("Sales of the month")


def test_language_and_theme_are_the_readers(as_person: AsPerson, portal: Served) -> None:
    page = as_person("partner_member", "partner-01")
    page.goto(portal.url + "/settings")
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Theme").select_option("dark")
    page.locator("main form").filter(has=page.get_by_label("Theme")).get_by_role("button").first.click()
    page.goto(portal.url + "/reports/credit-total" + MONTH)
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo tổng hợp credit")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    portal.session("partner_member", "partner-01", json.dumps({"language": "", "theme": "system"}))


def test_conditions_are_changed_without_scripts(as_person: AsPerson, portal: Served) -> None:
    page = as_person(java_script_enabled=False)
    page.goto(portal.url + "/reports/credit-usage" + MONTH)
    page.locator("#chip-period").click()
    page.locator("#period-from").fill("2026-10-05")
    page.locator("#period-to").fill("2026-10-11")
    page.get_by_role("button", name="Show these days").click()
    expect(page).to_have_url(re.compile("2026-10-05"))
    expect(page.locator(".says")).to_contain_text("2026")
