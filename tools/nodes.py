#!/usr/bin/env python3
"""Real ClickHouse nodes on this machine, for tests and trials: `tools/nodes.py --directory DIR` starts three.

The engine is that of the npm package which `tools/clickhouse/package-lock.json` names, run with its listeners opened:
tables, sharing out, decimals and both protocols are those of a server. There is no Keeper, so that replicated tables and
ON CLUSTER are not. `test.py` installs it; by hand:

    mkdir -p build/clickhouse && cp tools/clickhouse/*.json build/clickhouse && npm ci --prefix build/clickhouse
"""

from __future__ import annotations

import argparse
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

LIBRARY = Path(__file__).parents[1] / "build/clickhouse/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
CLUSTER = "sodu"
_MEMORY_BYTES = 1_000_000_000
_START_SECONDS = 60
_PORTS = range(20_000, 32_000)
_DIE_WITH_PARENT = 1


@dataclass
class Nodes:
    """Some nodes of one cluster, each a process with a directory of its own."""

    directory: Path
    count: int = 3
    replicas: int = 1
    """How many nodes hold the same part."""
    ports: list[tuple[int, int]] = field(default_factory=list)
    """The HTTP and the native port of each."""
    _processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start them all."""
        if not LIBRARY.exists():
            raise FileNotFoundError(f"{LIBRARY} is missing: test.py installs it where npm is")
        self.directory.mkdir(parents=True, exist_ok=True)
        free = _free_ports(2 * self.count)
        self.ports = list(zip(free[::2], free[1::2], strict=True))
        (self.directory / "cluster.xml").write_text(self._configuration(), encoding="ascii")
        self.start_all()
        return self

    def __exit__(self, *_error: object) -> None:
        """End them all."""
        for number in list(self._processes):
            self.kill(number)

    def address(self, database: str = CLUSTER) -> str:
        """What SODU_WAREHOUSE says of them."""
        return "clickhouse://" + ",".join(f"127.0.0.1:{http}" for http, _tcp in self.ports) + f"/{database}"

    def start_all(self) -> None:
        """Start what does not run, whether it was killed or ended by itself."""
        away = [number for number in range(self.count) if not self.is_up(number)]
        for number in away:
            self.start(number, wait=False)
        for number in away:
            self.wait(number)

    def start(self, number: int, *, wait: bool = True) -> None:
        """Start a node on its directory."""
        http, tcp = self.ports[number]
        words = [str(self.directory / "cluster.xml"), str(self.directory / f"node{number}"), str(tcp), str(http)]
        with (self.directory / f"node{number}.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [sys.executable, __file__, "--node", *words], stdout=log, stderr=subprocess.STDOUT
            )
        if wait:
            self.wait(number)

    def wait(self, number: int) -> None:
        """Wait until a node answers."""
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.ports[number][0]):
            if self._processes[number].poll() is not None or time.monotonic() > deadline:
                log = (self.directory / f"node{number}.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"node {number} did not start: {log[-2000:]}")
            time.sleep(0.05)

    def kill(self, number: int) -> None:
        """End a node without warning, as kill -9 does."""
        process = self._processes.pop(number)
        process.kill()
        process.wait()

    def is_up(self, number: int) -> bool:
        """Whether a node runs."""
        return number in self._processes and self._processes[number].poll() is None

    @property
    def processes(self) -> list[int]:
        """The process numbers of those that were started."""
        return [process.pid for process in self._processes.values()]

    def _configuration(self) -> str:
        nodes = [f"<replica><host>127.0.0.1</host><port>{tcp}</port></replica>" for _http, tcp in self.ports]
        parts = [nodes[first : first + self.replicas] for first in range(0, self.count, self.replicas)]
        shards = "".join(f"<shard>{''.join(part)}</shard>" for part in parts)
        return (
            f"<clickhouse><max_server_memory_usage>{_MEMORY_BYTES}</max_server_memory_usage>"
            "<mark_cache_size>100000000</mark_cache_size><background_schedule_pool_size>8</background_schedule_pool_size>"
            f"<remote_servers><{CLUSTER}>{shards}</{CLUSTER}></remote_servers></clickhouse>"
        )


def _free_ports(count: int) -> list[int]:
    """Ports below those that systems give to connections: a node that comes back finds its own still free."""
    ports: list[int] = []
    while len(ports) < count:
        port = secrets.choice(_PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        if port not in ports:
            ports.append(port)
    return ports


def _answers(http: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http}/ping", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _run(configuration: str, path: str, tcp: str, http: str) -> None:
    """Be one node until killed: a query that never ends keeps the listeners open."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    engine = ctypes.CDLL(str(LIBRARY))
    engine.chdb_query_cmdline.restype = ctypes.c_void_p
    words = [
        "clickhouse",
        "--multiquery",
        f"--config-file={configuration}",
        f"--path={path}",
        f"--tcp_port={tcp}",
        f"--http_port={http}",
        "--listen_host=127.0.0.1",
        "--query=SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM system.numbers "
        "SETTINGS max_block_size=1, max_threads=1, max_execution_time=0 FORMAT Null",
    ]
    engine.chdb_query_cmdline(len(words), (ctypes.c_char_p * len(words))(*[word.encode() for word in words]))


def main() -> int:
    """Start nodes, say where they are, and wait for Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", type=Path, default=Path("build/clickhouse/nodes"))
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--node", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.node:
        _run(*options.node)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Nodes(options.directory.resolve(), options.count) as nodes:
        print(f"SODU_WAREHOUSE={nodes.address()}", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
