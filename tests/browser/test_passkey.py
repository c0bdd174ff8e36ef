"""A passkey, with an authenticator that Chromium pretends to have."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Served, serving
from tests.browser.stage import SENTENCE

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(portal_home: Path, tmp_path: Path) -> Iterator[Served]:
    """A portal that is opened by a name: an address of numbers cannot have passkeys."""
    home = tmp_path / "home"
    shutil.copytree(portal_home, home, ignore=shutil.ignore_patterns("portal.sqlite*", "*.sock", "*.duckdb*"))
    with serving(home, host="localhost") as served:
        yield served


def test_a_passkey_is_added_and_signs_in(by_name: Served, browser: Browser) -> None:
    by_name.session("partner_admin", "partner-01")
    context = browser.new_context()
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(by_name.url + "/accounts/login/")
    page.get_by_label("E-mail").fill("partner_admin.partner-01@example.com")
    page.get_by_label("Password").fill(SENTENCE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/2fa/"))
    page.get_by_role("link", name="Add").click()
    _entered_again(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")

    page.goto(by_name.url + "/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name="Laptop")).to_contain_text("Passkey")
    page.locator("nav.side").get_by_role("button", name="Sign out").click()
    page.goto(by_name.url + "/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    context.close()


def _entered_again(page: Page) -> None:
    """Where the password is asked for once more, before what guards the account is changed."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(SENTENCE)
        page.locator("main form").filter(has=page.get_by_label("Password")).get_by_role("button").first.click()
