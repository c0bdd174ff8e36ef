"""Pages of a running portal, asked by other processes: what the server adds to the engine, and many readers at once."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.data import NOW, Data, data, scratch
from bench.measure import ROOT, SODU, Line, median

READERS = 50
PARTNERS_ALONE = 3
SECONDS = 20
PAUSE_SECONDS = 5.0
"""Between two pages of one reader, on average."""

_SESSIONS = """
import sys, django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from sodu.people.accounts.models import User
for number in range(int(sys.argv[1])):
    partner = f"partner-{number % 12 + 1:02}"
    user = User.objects.create_user(f"reader{number}@example.com", role="partner_member", partner_id=partner)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    print(session.session_key)
"""

_EXPORT = """
import sys, time, django
django.setup()
from sodu.people.accounts.models import User
from sodu.people.saved import exporting
from sodu.people.saved.models import Export
user = User.objects.create_user("operator@example.com", role="operator")
export = exporting.start(user, "revenue-detail", f"period={sys.argv[1]}", "xlsx")
began = time.monotonic()
while export.state in ("waiting", "running"):
    time.sleep(0.5)
    export.refresh_from_db()
print(f"{export.rows or 0:,} rows, {export.state} after {time.monotonic() - began:.0f} s")
"""


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """The server's own time for a page, many readers, and many readers beside an export."""
    made = data(charges)
    with served(made) as (port, sessions, home):
        yield from _each(port, sessions[: PARTNERS_ALONE * rounds], charges)
        for pause in (PAUSE_SECONDS, 0.0):
            yield _crowd(port, sessions, pause, charges)
        yield from _beside_export(port, sessions, home, charges)


def _each(port: int, sessions: list[str], charges: int) -> Iterator[Line]:
    """Each page by itself, asked by people of partners who have not asked before, and by each of them once more."""
    taken = _run({"port": port, "sessions": sessions, "each": True})
    for page in dict.fromkeys(each["page"] for each in taken["answers"]):
        for asked in ("first", "again"):
            found = [each for each in taken["answers"] if (each["page"], each["asked"]) == (page, asked)]
            added, engine = [each["total"] - each["engine"] for each in found], [each["engine"] for each in found]
            weights = [each["bytes"] for each in found]
            yield Line(
                f"{page} at {charges:,} charges, asked {asked}: what the server adds to the engine, ms",
                f"median {median(added):.1f}, 95 % within {_percentile(added, 95):.1f}",
                f"engine median {median(engine):.0f}; bytes: first visit {max(weights) + taken['files']:,}, "
                f"after {max(weights):,}",
                "target 15; 60,000; 25,000",
                {"added": added, "engine": engine},
            )


def _crowd(port: int, sessions: list[str], pause: float, charges: int) -> Line:
    taken = _asked(port, sessions, pause, SECONDS)
    waits = [each["seconds"] * 1000 for each in taken["answers"]]
    how = f"a page every {pause:.0f} s each" if pause else "each asking at once again"
    return Line(
        f"{len(sessions)} readers at {charges:,} charges, {how}: 95 % within, ms",
        f"{_percentile(waits, 95):,.0f} (median {median(waits):,.0f}, most {max(waits):,.0f}); {taken['errors']} errors",
        f"{len(waits) / SECONDS:.1f} pages a second",
        "target 500, no errors" if pause else "–",
        {"milliseconds": waits},
    )


def _beside_export(port: int, sessions: list[str], home: Path, charges: int) -> Iterator[Line]:
    """Twenty readers alone, then beside a workbook of up to a million rows that the server makes in the background."""
    before = [each["seconds"] * 1000 for each in _asked(port, sessions[:20], PAUSE_SECONDS, SECONDS)["answers"]]
    period = "2023-01-01..2026-12-31" if charges <= 1_000_000 else "2026-08-01..2026-11-22"
    export = subprocess.Popen(
        [sys.executable, "-c", _EXPORT, period], env=_environ(home), stdout=subprocess.PIPE, text=True
    )
    taken = _asked(port, sessions[:20], PAUSE_SECONDS, SECONDS)
    during = [each["seconds"] * 1000 for each in taken["answers"]]
    told, _errors = export.communicate()
    yield Line(
        f"20 readers beside a background export, {charges:,} charges: 95 % within, ms",
        f"{_percentile(during, 95):,.0f}; {taken['errors']} errors; the export: {told.strip()}",
        f"without it {_percentile(before, 95):,.0f}",
        f"{_percentile(during, 95) / _percentile(before, 95):.1f} × (target 2)",
        {"during": during, "before": before},
    )


@contextmanager
def served(made: Data) -> Iterator[tuple[int, list[str], Path]]:
    """A server of its own process on a copy of the home, and the sessions of its readers."""
    place = scratch()
    home = place / "home"
    shutil.copytree(made.home, home, copy_function=_copied)
    port = free_port()
    with (place / "log").open("wb") as log:
        command = [*SODU, "--home", str(home), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=_environ(home), cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            made_sessions = subprocess.run(
                [sys.executable, "-c", _SESSIONS, str(READERS)],
                env=_environ(home),
                check=True,
                capture_output=True,
                text=True,
            )
            yield port, made_sessions.stdout.split(), home
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(place)


def _copied(source: str, target: str) -> None:
    """Files of the record never change: a second name does."""
    if source.endswith((".duckdb", ".sqlite")):
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def _environ(home: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "SODU_HOME": str(home),
        "SODU_NOW": NOW,
        "SODU_MEMORY": "1GB",
        "SODU_MFA_ROLES": "none",
        "DJANGO_SETTINGS_MODULE": "sodu.entrances.settings",
    }


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not come up")


def _asked(port: int, sessions: list[str], pause: float, seconds: float) -> dict[str, list[dict[str, float]]]:
    """What a process of its own found that asks as so many readers."""
    found: dict[str, list[dict[str, float]]] = _run(
        {"port": port, "sessions": sessions, "pause": pause, "seconds": seconds}
    )
    return found


def _run(words: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.readers", json.dumps(words)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
