"""A PostgreSQL of the tests' own: as whoever may run one, in a directory of its own, ended with the process that started it."""

from __future__ import annotations

import atexit
import ctypes
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

START_SECONDS_MAX = 60
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def binaries() -> Path:
    """Where Debian or anyone else put the server's programs."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if not found and (there := shutil.which("initdb")):
        found = [Path(there).resolve().parent]
    assert found, "PostgreSQL's server is not on this machine: install the package postgresql"
    return max(found, key=lambda path: (len(path.parts[-2]), path.parts[-2]))


def _user() -> str | None:
    """PostgreSQL refuses to be run by root: the user who runs it then."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGQUIT)


class PostgreSQL:
    """One server, reached by a socket in its directory, and by further addresses where they are asked for."""

    def __init__(self, *settings: str, trusted: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sodu-postgresql-"))
        self._settings, self._made = settings, 0
        if user := _user():
            shutil.chown(self.folder, user)
        self._run(
            "initdb", "-D", self._data, "-U", "sodu", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"
        )
        if trusted:
            with open(f"{self._data}/pg_hba.conf", "a", encoding="ascii") as file:
                file.write(f"host all all {trusted} trust\n")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        usual = ["listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=200"]
        fast = ["fsync=off", "full_page_writes=off", "shared_buffers=16MB", "autovacuum=off"]
        options = [word for setting in [*usual, *fast, *self._settings] for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(binaries() / "postgres"), "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=_user(),
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing else runs in the child yet
            )
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self, sent: signal.Signals = signal.SIGINT) -> None:
        """End it: an interrupt is PostgreSQL's fast shutdown, a quit what a crash looks like."""
        self.process.send_signal(sent)
        self.process.wait(timeout=60)

    def close(self) -> None:
        """End it and forget all."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://sodu@/{name}?host={self.folder}"

    def database(self, template: str = "template1") -> str:
        """The address of a new database."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def run(self, url: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the database's owner; the rows of the last one."""
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [str(binaries() / words[0]), *words[1:]], check=False, capture_output=True, cwd=self.folder, user=_user()
        )
        assert done.returncode == 0, done.stdout + done.stderr


@functools.cache
def shared() -> PostgreSQL:
    """The server that the tests of this process share, each with databases of its own."""
    server = PostgreSQL()
    atexit.register(server.close)
    return server


@contextmanager
def postgresql(*settings: str) -> Iterator[PostgreSQL]:
    """A server while the block runs."""
    server = PostgreSQL(*settings)
    try:
        yield server
    finally:
        server.close()
