"""A portal as a process of its own: what tests in a browser and the screenshots open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NOW = "2026-11-20T02:00:00Z"
SODU = (sys.executable, "-m", "sodu.entrances.commands.main")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SOURCES = Path(__file__).resolve().parents[2] / "src"

_SESSION = """
import json, sys, django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from sodu.people.accounts.models import User
role, partner, settings = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
email = f"{role}.{partner or 'provider'}@example.com"
user = User.objects.filter(email=email).first() or User.objects.create_user(
    email, "a long enough password", role=role, partner_id=partner, name="Lan Anh"
)
User.objects.filter(pk=user.pk).update(**settings)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.create()
print(session.session_key)
"""


@dataclass(frozen=True)
class Served:
    """A running portal."""

    url: str
    home: Path
    environ: dict[str, str]
    first_link: str

    def python(self, code: str, *words: str) -> str:
        """What a program prints that runs with the portal's settings."""
        done = subprocess.run(
            [sys.executable, "-c", code, *words], env=self.environ, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def session(self, role: str, partner: str = "", settings: str = "{}") -> str:
        """The session of a person of this role, made for them."""
        return self.python(_SESSION, role, partner, settings)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_home(home: Path, charges: int = 6000) -> Path:
    """A home with invented data."""
    environ = os.environ | {"PYTHONPATH": str(SOURCES), "SODU_NOW": NOW}
    words = [*SODU, "--home", str(home), "demo", "--charges", str(charges)]
    subprocess.run(words, env=environ, check=True, capture_output=True)
    return home


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Served]:
    """A server on the home until the caller is done."""
    port = _free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SODU_")} | {
        "PYTHONPATH": str(SOURCES),
        "SODU_HOME": str(home),
        "SODU_NOW": NOW,
        "SODU_BIND": f"127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "sodu.entrances.settings",
        **settings,
    }
    log = home.parent / f"{port}.log"
    with log.open("wb") as out:
        server = subprocess.Popen([*SODU, "serve"], env=environ, stdout=out, stderr=out)
        try:
            link = _wait(server, log, port)
            yield Served(f"http://127.0.0.1:{port}", home, environ, link)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], log: Path, port: int) -> str:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
            continue
        said = log.read_text(encoding="utf-8")
        return next((line for line in said.splitlines() if "/join/" in line), "")
    raise AssertionError(log.read_text(encoding="utf-8"))
