"""A full disk is told as one, whoever meets it first, and never as a damaged file or a bad one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from sodu.values.errors import DiskFull, Refused
from sodu.warehouse.chain_sqlite import SqliteChain
from sodu.warehouse.duckdb import room_told, told

FULL = Path("/dev/full")
OVERFLOW = f"COPY (SELECT range FROM range(100000)) TO '{FULL}' (FORMAT csv)"


@pytest.mark.parametrize("tells", [room_told, lambda: told("warehouse.duckdb")], ids=["any file", "the warehouse"])
def test_the_engine_has_no_room(tells: Callable) -> None:
    with pytest.raises(DiskFull), tells():
        duckdb.connect().execute(OVERFLOW)


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
