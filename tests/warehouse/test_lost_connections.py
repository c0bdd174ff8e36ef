"""A connection to PostgreSQL that is cut at the worst moment: by something that stands between."""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from sodu.values.errors import Busy
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.settings import Settings
from tests.postgresql import shared
from tests.warehouse.test_journal import batch
from tests.warehouse.world import home_on


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_on(shared().database(), tmp_path)


class Cutting:
    """Stands between a writer and the server, and cuts the connection at its first commit."""

    def __init__(self, url: str, folder: Path, *, passes: bool, meanwhile: Callable[[], object] = lambda: None) -> None:
        self._target = psycopg.conninfo.conninfo_to_dict(url)["host"] + "/.s.PGSQL.5432"
        self._passes, self._meanwhile, self.cuts = passes, meanwhile, 0
        folder.mkdir()
        self.url = re.sub("host=.*", f"host={folder}", url)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / ".s.PGSQL.5432"))
        self._listening.listen()
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client = self._listening.accept()[0]
            except OSError:
                return
            Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._target)
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    words = ready.recv(65536)
                    if b"COMMIT" in words and ready is client and not self.cuts:
                        self._cut(server, words)
                        return
                    if not words:
                        return
                    (server if ready is client else client).sendall(words)

    def _cut(self, server: socket.socket, words: bytes) -> None:
        if self._passes:
            server.sendall(words)
            assert b"COMMIT" in server.recv(65536)
        server.close()
        self.cuts += 1
        self._meanwhile()


@pytest.mark.parametrize("passes", [True, False])
def test_a_commit_whose_answer_was_lost_is_written_once(home: Home, tmp_path: Path, passes: bool) -> None:
    Journal(home).append([batch()], 0)
    cutting = Cutting(home.settings.database, tmp_path / "s", passes=passes)
    Journal(Home.open(home.path, Settings(database=cutting.url))).append([batch("two.csv"), batch("three.csv")], 1)
    cutting.close()
    assert cutting.cuts == 1
    assert [row.source for row in Journal(home).batches()] == ["charges.csv", "two.csv", "three.csv"]


def test_a_second_try_that_finds_other_rows_is_busy(home: Home, tmp_path: Path) -> None:
    other = Journal(home)
    cutting = Cutting(
        home.settings.database,
        tmp_path / "s",
        passes=False,
        meanwhile=lambda: other.append([batch("other.csv")], 0),
    )
    mine = Journal(Home.open(home.path, Settings(database=cutting.url)))
    with pytest.raises(Busy, match="another process has written"):
        mine.append([batch("mine.csv")], 0)
    cutting.close()
    assert [row.source for row in Journal(home).batches()] == ["other.csv"]
