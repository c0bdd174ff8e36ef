"""`sodu serve` and `sodu move` with everything but the files in PostgreSQL."""

from __future__ import annotations

import html
import http.client
import json
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.entrances.served import Browser, Server, command, free_port, served
from tests.postgresql import postgresql, shared

READY_SECONDS_MAX = 60


def until(server: Server, status: int) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while server.get("/readyz")[0] != status:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.slow
def test_a_home_is_moved_with_its_people_and_they_stay_signed_in(home: Path) -> None:
    port, url = free_port(), shared().database()
    with served(home, port) as server:
        person = Browser(server)
        before = person.cells("/reports/credit-total?period=2026-10")
    assert b"DATABASE_URL" in command(home, "move").stderr
    moved = command(home, "move", DATABASE_URL=url)
    assert moved.returncode == 0, moved.stderr
    assert b"the portal is moved" in moved.stdout
    assert b"the journal is moved" in moved.stdout
    assert sorted(path.name for path in home.glob("*.sqlite*")) == ["journal.sqlite.moved", "portal.sqlite.moved"]
    again = command(home, "move", DATABASE_URL=url)
    assert (again.returncode, b"nothing is to be moved" in again.stderr) == (1, True)
    assert command(home, "check", DATABASE_URL=url).returncode == 0
    assert command(home, "journal").returncode != 0  # nobody goes on with the file
    with served(home, port, DATABASE_URL=url) as server:
        assert person.cells("/reports/credit-total?period=2026-10") == before != []
        shutil.copy(home / "portal.sqlite.moved", home / "portal.sqlite")
    # What is there by now is another portal than the file's: it is not written over.
    refused = command(home, "move", DATABASE_URL=url)
    assert (refused.returncode, b"holds another portal already" in refused.stderr) == (1, True)
    assert (home / "portal.sqlite").exists()


@pytest.mark.slow
def test_a_database_that_is_away_for_a_while_is_waited_for(home: Path) -> None:
    with postgresql() as database:
        url = database.database()
        assert command(home, "move", DATABASE_URL=url).returncode == 0
        with served(home, DATABASE_URL=url) as server:
            person = Browser(server)
            before = person.cells("/reports/credit-total?period=2026-10")
            database.stop(signal.SIGINT)
            until(server, 503)
            _is_told_that_the_database_is_away(server, person.cookie)
            refused = command(home, "journal", DATABASE_URL=url)
            assert (refused.returncode, b"cannot be reached" in refused.stderr) == (1, True)
            database.start()
            until(server, 200)
            assert person.cells("/reports/credit-total?period=2026-10") == before != []
            assert server.process.poll() is None


def _is_told_that_the_database_is_away(server: Server, cookie: str) -> None:
    """Pages, with a sign-in and without; programs by a session and by a token; assistants."""
    vietnamese = {"Cookie": cookie, "Accept-Language": "vi"}
    for headers, sentence in (
        ({"Cookie": cookie}, "the portal's database does not answer"),
        (vietnamese, "cơ sở dữ liệu của cổng không trả lời"),
    ):
        for path in ("/", "/reports/credit-total?period=2026-10", "/settings", "/accounts/login/"):
            status, told, page = _asked(server, "GET", path, headers)
            assert (status, told["Retry-After"]) == (503, "5"), path
            assert sentence in html.unescape(page)
            assert page.count("<h1>") == 1
    token = {"Authorization": "Bearer sodu_of_nobody"}
    for method, path, headers in (
        ("GET", "/api/v1/me", {"Cookie": cookie}),
        ("GET", "/api/v1/me", token),
        ("GET", "/api/v1/reports/credit-total?period=2026-10", token),
        ("POST", "/mcp", token | {"Content-Type": "application/json"}),
    ):
        status, told, body = _asked(server, method, path, headers)
        assert (status, told["Retry-After"], told["Content-Type"]) == (503, "5", "application/problem+json"), path
        assert json.loads(body)["detail"] == "the portal's database does not answer; try again in a moment"


def _asked(server: Server, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    said = response.read().decode()
    connection.close()
    return response.status, dict(response.getheaders()), said


def test_nobody_there_is_told_before_anything_is_served(home: Path, tmp_path: Path) -> None:
    ran = command(home, "serve", DATABASE_URL=f"postgresql://nobody@/name?host={tmp_path}")
    assert ran.returncode == 1
    assert b"cannot be reached" in ran.stderr
    assert b"Traceback" not in ran.stderr
