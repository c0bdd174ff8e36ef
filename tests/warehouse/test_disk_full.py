"""A full disk, and a memory that does not suffice, are told as such, and never as a damaged file or a bad one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from sodu.values.errors import DiskFull, LoadMemoryFull, LoadRefused, Refused
from sodu.warehouse.chain_sqlite import SqliteChain
from sodu.warehouse.duckdb import room_told, told
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.progress import silent
from tests.warehouse.world import NOW, SETTINGS, write

FULL = Path("/dev/full")
OVERFLOW = f"COPY (SELECT range FROM range(100000)) TO '{FULL}' (FORMAT csv)"


@pytest.mark.parametrize("tells", [room_told, lambda: told("warehouse.duckdb")], ids=["any file", "the warehouse"])
def test_the_engine_has_no_room(tells: Callable) -> None:
    with pytest.raises(DiskFull), tells():
        duckdb.connect().execute(OVERFLOW)


def test_the_engine_has_no_memory() -> None:
    with pytest.raises(LoadMemoryFull, match="raise it"), room_told():
        duckdb.connect(config={"memory_limit": "1MB"}).execute("SELECT list(range) FROM range(10000000)").fetchall()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_load_that_needs_more_memory_than_it_is_given(tmp_path: Path, suffix: str) -> None:
    file = write(
        tmp_path / "files", "partners", [{"partner_id": f"P{n}", "name": f"Đại lý {n}"} for n in range(60_000)]
    )
    if suffix == "parquet":
        file = file.with_suffix(".parquet")
        duckdb.execute(f"COPY (FROM read_csv('{file.with_suffix('.csv')}', all_varchar=true)) TO '{file}'")
    home = Home.create(tmp_path / "home", replace(SETTINGS, memory="3MB"))
    with pytest.raises(LoadMemoryFull, match=r"nothing was loaded: .* SODU_MEMORY grants; raise it") as told:
        load(home, LoadRequest(paths=(file,)), "tester", NOW, silent)
    assert not isinstance(told.value, LoadRefused)
    assert Journal(home).head == 0
    home = Home.open(home.path, SETTINGS)
    load(home, LoadRequest(paths=(file,)), "tester", NOW, silent)
    assert [row.rows for row in Journal(home).batches()] == [60_000]


def test_the_system_has_no_room() -> None:
    with pytest.raises(DiskFull), room_told(), FULL.open("wb", buffering=0) as file:
        file.write(b"more")


def test_other_errors_are_not_called_so() -> None:
    with pytest.raises(FileNotFoundError), room_told():
        Path("/nowhere/at/all").read_bytes()


@pytest.fixture
def chain(tmp_path: Path) -> SqliteChain:
    return SqliteChain(tmp_path / "journal.sqlite", tmp_path, must_exist=False)


def opened_so(monkeypatch: pytest.MonkeyPatch, mode: str, *pragmas: str) -> None:
    """SQLite as on a small or a read-only disk."""
    connect = sqlite3.connect

    def small(name: str, **words: object) -> sqlite3.Connection:
        connection = connect(name.replace("mode=rw", mode), **words)
        for pragma in pragmas:
            connection.execute(pragma)
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)


def test_a_journal_without_room_is_not_damaged(chain: SqliteChain, monkeypatch: pytest.MonkeyPatch) -> None:
    chain.append(["first"], 0)
    with monkeypatch.context() as patched:
        opened_so(patched, "mode=rw", "PRAGMA max_page_count = 8")
        with pytest.raises(DiskFull):
            chain.append(["x" * 100_000], 1)
    assert [row.content for row in chain.read_new()] == ["first"]
    chain.append(["x" * 100_000], 1)
    assert [row.seq for row in chain.read_new()] == [2]


def test_a_journal_that_may_only_be_read_is_not_damaged(chain: SqliteChain, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_so(monkeypatch, "mode=ro")
    with pytest.raises(Refused, match=r"journal.sqlite cannot be written"):
        chain.append(["first"], 0)
