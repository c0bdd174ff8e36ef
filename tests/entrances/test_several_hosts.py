"""Two hosts serve one portal: restarted one after the other without a failed request, killed without lost work."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest

from tests.entrances.hosts import NETWORK, Balancer, Host, Relay, hosts
from tests.entrances.running import EXAMPLE
from tests.entrances.served import PROGRAM, Browser, cells, environment
from tests.postgresql import PostgreSQL
from tools.nodes import Nodes

PORT = 8000
WAIT_SECONDS_MAX = 120
REPORT = "/reports/credit-total?period=2026-10"


class Web:
    """One `sodu serve` on a host."""

    def __init__(self, host: Host, home: Path, settings: dict[str, str]) -> None:
        self.host, self.home, self.settings = host, home, settings
        self.log = home.parent / f"{host.name}.log"
        self.said = ""
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command there to its end."""
        return subprocess.run(self._command(*words), check=True, capture_output=True, env=self._environment())

    def start(self) -> None:
        """Start, and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command("serve"), stdout=log, stderr=log, env=self._environment(), start_new_session=True
            )
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while self._ready() != 200:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        self.said = self.log.read_text(encoding="utf-8")

    def stop(self) -> None:
        """End it as an operator does."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=WAIT_SECONDS_MAX) == 0, self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it as a loss of power does."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _ready(self) -> int:
        connection = http.client.HTTPConnection(self.host.address, PORT, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "127.0.0.1"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def _command(self, *words: str) -> list[str]:
        return [*self.host.prefix, *PROGRAM, "--home", str(self.home), *words]

    def _environment(self) -> dict[str, str]:
        own = {"DATABASE_URL": self.settings["DATABASE_URL"].format(gateway=self.host.gateway)}
        own["SODU_WAREHOUSE"] = self.settings["SODU_WAREHOUSE"].format(gateway=self.host.gateway)
        return environment(**self.settings | own, SODU_BIND=f"{self.host.address}:{PORT}", SODU_DRAIN_SECONDS="1")


class Portal:
    """PostgreSQL and ClickHouse on this machine, two web hosts, and a balancer before them; the example is loaded."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:

        found = stack.enter_context(hosts("web-a", "web-b"))
        listening = ",".join(host.gateway for host in found)
        self.database = PostgreSQL(f"listen_addresses={listening}", trusted=f"{NETWORK}.0.0/16")
        stack.callback(self.database.close)
        nodes = stack.enter_context(Nodes(folder / "nodes", count=1))
        relays = [Relay((host.gateway, 8123), [("127.0.0.1", nodes.ports[0][0])]) for host in found]
        self.balancer = Balancer([(host.address, PORT) for host in found])
        for relay in (*relays, self.balancer):
            stack.callback(relay.close)
        self.url = self.database.database()
        name = self.url.partition("@/")[2].partition("?")[0]
        settings = {
            "DATABASE_URL": f"postgresql://sodu@{{gateway}}/{name}",
            "SODU_WAREHOUSE": "clickhouse://{gateway}:8123/sodu",
            "SODU_URL": f"http://127.0.0.1:{self.balancer.port}",
        }
        self.webs = [Web(host, folder / "home", settings) for host in found]
        self.webs[0].run("load", str(EXAMPLE))
        for web in self.webs:
            stack.callback(web.kill)
            web.start()
        # The link that was made last is the one that counts.
        self.person = Browser(self)

    @property
    def port(self) -> int:
        """Where people come in."""
        return self.balancer.port

    @property
    def said(self) -> str:
        """What was said when it began to serve."""
        return self.webs[-1].said

    def asked(self, question: str) -> list[tuple[object, ...]]:
        """What the database says."""
        return self.database.run(self.url, question)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with ExitStack() as stack:
        yield Portal(tmp_path_factory.mktemp("hosts"), stack)


class Readers:
    """People who read without a pause, through the balancer."""

    def __init__(self, portal: Portal) -> None:
        self._port, self._cookie, self._stop = portal.port, portal.person.cookie, threading.Event()
        self._expected = portal.person.cells(REPORT)
        assert self._expected
        self.answers: list[str] = []
        self._threads = [threading.Thread(target=self._read) for _number in range(3)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        while not self._stop.is_set():
            self.answers.append(self._ask())

    def _ask(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("GET", REPORT, headers={"Cookie": self._cookie, "Connection": "close"})
            response = connection.getresponse()
            page = response.read().decode()
            return (
                "read"
                if response.status == 200 and cells(page) == self._expected
                else f"{response.status}: {page[:200]}"
            )
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            connection.close()


@pytest.mark.slow
def test_hosts_are_restarted_without_a_failed_request(portal: Portal) -> None:
    with Readers(portal) as readers:
        for web in portal.webs:
            before = len(readers.answers)
            web.stop()
            web.start()
            assert len(readers.answers) > before
    assert set(readers.answers) == {"read"}
    assert min(portal.balancer.sent.values()) > 0


@pytest.mark.slow
def test_what_one_host_loads_the_other_shows(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_text("partner_id,name\nZ9,Somebody new\n", encoding="utf-8")
    portal.webs[0].run("load", str(tmp_path / "partners.csv"))
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    for _host in portal.webs:
        while "Somebody new" not in portal.person.open("/provider/partners")[1]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert portal.webs[1].run("check").returncode == 0


@pytest.mark.slow
def test_what_a_killed_host_was_doing_is_done_by_the_other(portal: Portal) -> None:
    lost = portal.webs[0]
    for _number in range(4):
        place = "/export/credit-total?period=2026-10&format=csv"
        portal.person.send(place, b"", "application/x-www-form-urlencoded", "/exports")
    lost.kill()
    # As though it had been at one of them.
    portal.asked(
        "UPDATE saved_export SET state = 'running', tries = 0, runner = (SELECT id FROM servers_server"
        f" WHERE host = '{lost.host.name}' ORDER BY seen_at DESC LIMIT 1)"
        " WHERE id = (SELECT id FROM saved_export ORDER BY created_at LIMIT 1) RETURNING 1"
    )
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while portal.asked("SELECT DISTINCT state FROM saved_export") != [("done",)]:
        assert time.monotonic() < deadline, portal.asked("SELECT state, runner, error FROM saved_export")
        time.sleep(0.5)
    assert portal.asked("SELECT tries FROM saved_export ORDER BY created_at LIMIT 1") == [(1,)]
    assert len(list((lost.home / "exports").iterdir())) == 4
    lost.start()
