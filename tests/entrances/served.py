"""A real `sodu serve` on a free port, for tests of what runs beside it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Protocol

PROGRAM = (sys.executable, "-m", "sodu.entrances.commands.main")
NOW = "2026-11-20T02:00:00Z"
START_SECONDS_MAX = 60


def environment(**more: str) -> dict[str, str]:
    """What programs are started with: the same day and zone everywhere."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SODU_", "DJANGO_"))}
    return (
        kept
        | {"PYTHONPATH": os.pathsep.join(sys.path), "SODU_NOW": NOW, "SODU_ZONE": "Asia/Ho_Chi_Minh"}
        | {"SODU_MFA_ROLES": "none", "SODU_MEMORY": "500MB"}
        | more
    )


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def command(home: Path, *words: object, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, "--home", str(home), *map(str, words)],
        check=False,
        capture_output=True,
        env=environment(**more),
        timeout=120,
    )


class Server:
    """One `sodu serve`, and asking it."""

    def __init__(self, home: Path, port: int | None = None, **more: str) -> None:
        self.home, self.port = home, port or free_port()
        self.log = (home.parent / f"serve-{self.port}.log").open("wb")
        self.output = (home.parent / f"said-{self.port}.txt").open("wb")
        self.process = subprocess.Popen(
            [*PROGRAM, "--home", str(home), "serve", "--port", str(self.port)],
            stdout=self.output,
            stderr=self.log,
            env=environment(**more),
        )

    @property
    def logged(self) -> str:
        """Its log so far."""
        return Path(self.log.name).read_text(encoding="utf-8")

    @property
    def said(self) -> str:
        """What it told whoever started it."""
        return Path(self.output.name).read_text(encoding="utf-8")

    def wait(self) -> Server:
        """Wait until it is ready."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                # The worker of a server that was killed answers for a moment still.
                if "Serving on" in self.said and self.get("/readyz")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.1)
        self.stop(signal.SIGKILL)
        raise AssertionError(self.logged)

    def get(self, path: str, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
        """Ask for a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """One of its figures."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[2].decode(), re.MULTILINE)
        assert found, name
        return float(found[1])

    def workers(self) -> list[int]:
        """The processes that it started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text(encoding="ascii").split()]

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
        try:
            self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self.log.close()
            self.output.close()
        return self.process.returncode


@contextmanager
def served(home: Path, port: int | None = None, **more: str) -> Iterator[Server]:
    """A server that runs while the block does."""
    server = Server(home, port, **more)
    try:
        yield server.wait()
    finally:
        server.stop()


def cells(page: str) -> list[str]:
    """What the cells of a page's tables hold."""
    return re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)


class Joined(Protocol):
    """Where somebody comes in: a port of this machine, and what was said when it began to serve."""

    port: int

    @property
    def said(self) -> str:
        """The link is in it."""


class Browser:
    """Someone who signs in by the first operator's link, and uses forms."""

    def __init__(self, server: Joined) -> None:
        self.url = f"http://127.0.0.1:{server.port}"
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        (link,) = re.findall(r"http://\S+/join/\S+", server.said)
        self.send(link.removeprefix(self.url), b"", "application/x-www-form-urlencoded")

    def open(self, path: str) -> tuple[str, str]:
        """The page's address after all redirects, and the page."""
        with self._opener.open(self.url + path, timeout=60) as response:
            return response.url.removeprefix(self.url), response.read().decode()

    def cells(self, path: str) -> list[str]:
        """What the cells of the page's tables hold."""
        return cells(self.open(path)[1])

    @property
    def cookie(self) -> str:
        """What the header of that name says."""
        return "; ".join(f"{each.name}={each.value}" for each in self._cookies)

    def send(self, path: str, body: bytes, kind: str, page_of: str = "") -> tuple[str, str]:
        """Send a form of a page; the page that it leads to."""
        _place, page = self.open(page_of or path)
        (token, *_more) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        headers = {"Content-Type": kind, "X-CSRFToken": token, "Referer": self.url + path, "Origin": self.url}
        request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - the test's own server
        with self._opener.open(request, timeout=60) as response:
            return response.url.removeprefix(self.url), response.read().decode()

    def send_file(self, path: str, name: str, content: str) -> tuple[str, str]:
        """Send a file by a form."""
        head = f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        return self.send(path, f"{head}{content}\r\n--edge--\r\n".encode(), "multipart/form-data; boundary=edge")


LOAD = """
import sys
from datetime import datetime
from pathlib import Path
from typing import Protocol
from sodu.warehouse.home import Home
from sodu.warehouse.loading import LoadRequest, load
for path in sys.argv[3:]:
    load(Home.open(sys.argv[1]), LoadRequest(paths=(Path(path),)), "tester", datetime.fromisoformat(sys.argv[2]))
"""


def load_silently(home: Path, *paths: Path) -> None:
    """Load from another process, which tells the server nothing."""
    words = [sys.executable, "-c", LOAD, str(home), NOW, *map(str, paths)]
    subprocess.run(words, check=True, env=environment())
