"""A portal as a process of its own: what tests in a browser and the screenshots open."""

from __future__ import annotations

import json
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
from typing import Any

NOW = "2026-11-20T02:00:00Z"
SODU = (sys.executable, "-m", "sodu.entrances.commands.main")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SOURCES = Path(__file__).resolve().parents[2] / "src"
STAGE = Path(__file__).with_name("stage.py")


@dataclass(frozen=True)
class Served:
    """A running portal."""

    url: str
    home: Path
    environ: dict[str, str]
    first_link: str

    def session(self, role: str, partner: str = "", settings: str = "{}") -> str:
        """The session of a person of this role, made for them."""
        return str(self._made("session", role, partner, settings))

    def staged(self) -> dict[str, str]:
        """What addresses of pages name, made where it is not there yet."""
        return dict(self._made("staged"))

    def _made(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, str(STAGE), *words], env=self.environ, check=True, capture_output=True, text=True
        )
        return json.loads(done.stdout)


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
def serving(home: Path, host: str = "127.0.0.1", **settings: str) -> Iterator[Served]:
    """A server on the home until the caller is done, which is opened under this name."""
    port = _free_port()
    url = f"http://{host}:{port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SODU_")} | {
        "PYTHONPATH": str(SOURCES),
        "SODU_HOME": str(home),
        "SODU_NOW": NOW,
        "SODU_BIND": f"127.0.0.1:{port}",
        "SODU_URL": url,
        "DJANGO_SETTINGS_MODULE": "sodu.entrances.settings",
        **settings,
    }
    log = home.parent / f"{port}.log"
    with log.open("wb") as out:
        server = subprocess.Popen([*SODU, "serve"], env=environ, stdout=out, stderr=out)
        try:
            link = _wait(server, log, port)
            yield Served(url, home, environ, link)
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
