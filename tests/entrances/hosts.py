"""Hosts as network namespaces of this machine, each with a name and an address, and a balancer before them."""

from __future__ import annotations

import http.client
import itertools
import os
import selectors
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_ASK_SECONDS = 0.1
NETWORK = "10.213"
"""What addresses begin with; each set of hosts has a third number of its own."""


@dataclass(frozen=True)
class Host:
    """A namespace: what runs in it reaches this machine at `gateway`, and is reached at `address`."""

    name: str
    address: str
    gateway: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """What a command begins with to run there, under the host's own name."""
        named = f'hostname {self.name} && exec "$@"'
        return ("ip", "netns", "exec", self.name, "unshare", "--uts", "sh", "-c", named, "sh")


@contextmanager
def hosts(*names: str) -> Iterator[list[Host]]:
    """Some hosts while the block runs; fails, and says why, where namespaces cannot be made."""
    made, ours = [], f"{os.getpid() % 100_000}"
    network = next(number for number in range(1, 250) if f"{NETWORK}.{number}." not in _ran("ip", "-4", "addr"))
    try:
        for number, name in enumerate(names):
            host = Host(
                f"{name}-{ours}", f"{NETWORK}.{network}.{4 * number + 2}", f"{NETWORK}.{network}.{4 * number + 1}"
            )
            made.append(host)
            link = f"v{number}-{ours}"
            _ran("ip", "netns", "add", host.name)
            _ran("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", host.name)
            _ran("ip", "addr", "add", f"{host.gateway}/30", "dev", link)
            _ran("ip", "link", "set", link, "up")
            for words in (f"addr add {host.address}/30 dev eth0", "link set eth0 up", "link set lo up"):
                _ran("ip", "-n", host.name, *words.split())
        yield made
    finally:
        for host in made:
            subprocess.run(["ip", "netns", "delete", host.name], check=False)


def _ran(*words: str) -> str:
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"network namespaces cannot be made here: {' '.join(words)}: {done.stderr}"
    return done.stdout


class Relay:
    """Takes connections and hands each to one of several places, bytes as they are."""

    def __init__(self, address: tuple[str, int], places: Sequence[tuple[str, int]]) -> None:
        self._listening = socket.create_server(address, backlog=128)
        self._places, self._turns = places, itertools.count()
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._listening.close()

    def order(self) -> list[tuple[str, int]]:
        """Where the next connection may go, the first choice first: each place in turn."""
        turn = next(self._turns) % len(self._places)
        return [*self._places[turn:], *self._places[:turn]]

    def _accept(self) -> None:
        while True:
            try:
                client = self._listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client:
            for place in self.order():
                # A place that takes no connections was told nothing: the next one is asked.
                with suppress(ConnectionRefusedError), socket.create_connection(place, timeout=60) as server:
                    _pipe(client, server)
                    return


def _pipe(client: socket.socket, server: socket.socket) -> None:
    with selectors.DefaultSelector() as waiting, suppress(OSError):
        waiting.register(client, selectors.EVENT_READ, server)
        waiting.register(server, selectors.EVENT_READ, client)
        while True:
            for key, _events in waiting.select():
                words = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not words:
                    return
                key.data.sendall(words)


class Balancer(Relay):
    """A relay that asks each place whether it is ready, ten times a second, and spares those that are not."""

    def __init__(self, places: Sequence[tuple[str, int]]) -> None:
        self._ready = dict.fromkeys(places, False)
        self.sent = dict.fromkeys(places, 0)
        super().__init__(("127.0.0.1", 0), places)
        for place in places:
            threading.Thread(target=self._ask, args=(place,), daemon=True).start()

    def order(self) -> list[tuple[str, int]]:
        """Those that are ready, each in turn."""
        found = [place for place in super().order() if self._ready[place]]
        if found:
            self.sent[found[0]] += 1
        return found

    def _ask(self, place: tuple[str, int]) -> None:
        while self._listening.fileno() >= 0:
            self._ready[place] = _is_ready(place)
            time.sleep(_ASK_SECONDS)


def _is_ready(place: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*place, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
