"""An append-only table in SQLite whose rows are chained by hashes: what was written cannot change unseen."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodu.values.errors import Busy, Damaged
from sodu.values.limits import LOCK_WAIT_SECONDS
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import sync_directory

# Plain SQL that PostgreSQL takes too, but for the triggers' bodies.
_SCHEMA = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    content TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE head (
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO head VALUES (0, '');
CREATE TRIGGER journal_is_not_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER head_is_not_deleted BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER head_is_not_inserted BEFORE INSERT ON head
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER head_only_advances BEFORE UPDATE ON head
WHEN NEW.seq <= OLD.seq OR NEW.seq <> (SELECT max(seq) FROM journal)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""


@dataclass(frozen=True)
class ChainedRow:
    """A row as read, its hash verified."""

    seq: int
    content: str
    hash: str


class ChainedTable:
    """The file behind the journal. Every call opens it anew, so threads and processes may come and go."""

    def __init__(self, path: Path, tmp: Path, *, must_exist: bool) -> None:
        self.path = path
        self._seq, self._hash = 0, ""
        if not path.exists():
            if must_exist:
                raise Damaged(_("{path} is missing; bring it back from a backup"), path=str(path))
            _create(path, tmp)
        with self._open() as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise _damaged(path, Message(_("SQLite says: {found}"), {"found": found}))

    def read_new(self) -> list[ChainedRow]:
        """The rows since the last call, verified against it; raises Damaged at the first that is wrong."""
        with self._open() as connection:
            connection.execute("BEGIN")
            head = connection.execute("SELECT seq, hash FROM head").fetchone()
            if (self._seq, self._hash) == head:
                return []
            texts = connection.execute(
                "SELECT seq, content, hash FROM journal WHERE seq > ? ORDER BY seq", (self._seq,)
            ).fetchall()
        rows = self._verified(texts)
        last = rows[-1] if rows else ChainedRow(self._seq, "", self._hash)
        if (last.seq, last.hash) != head:
            raise _damaged(self.path, Message(_("rows after {seq} are lost"), {"seq": last.seq}))
        self._seq, self._hash = last.seq, last.hash
        return rows

    def append(self, contents: Sequence[str], expected_head: int) -> None:
        """Write rows in one transaction; raises Busy if another process has written since."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            seq, previous = connection.execute("SELECT seq, hash FROM head").fetchone()
            if seq != expected_head:
                raise Busy(_("another process has written to the journal meanwhile; try again"))
            for content in contents:
                seq, previous = seq + 1, row_hash(previous, content)
                connection.execute("INSERT INTO journal VALUES (?, ?, ?)", (seq, content, previous))
            connection.execute("UPDATE head SET seq = ?, hash = ?", (seq, previous))
            connection.execute("COMMIT")
            # Acknowledged rows stand in the file itself: no copy of it can miss them.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _verified(self, texts: list[tuple[int, Any, str]]) -> list[ChainedRow]:
        rows, previous = [], self._hash
        for expected, (seq, content, hashed) in enumerate(texts, self._seq + 1):
            if seq != expected or not isinstance(content, str) or row_hash(previous, content) != hashed:
                raise _damaged(self.path, Message(_("row {seq} is not what was written"), {"seq": expected}))
            rows.append(ChainedRow(seq, content, hashed))
            previous = hashed
        return rows

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(self.path.as_uri() + "?mode=rw", uri=True, isolation_level=None)
            ) as connection:
                connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError) as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Busy(_("{path} is in use by another process; try again"), path=str(self.path)) from error
            raise _damaged(self.path, Message(_("SQLite says: {found}"), {"found": str(error)})) from error


def row_hash(previous: str, content: str) -> str:
    """The hash of a row: over the hash before it and its content."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def _damaged(path: Path, found: Message) -> Damaged:
    return Damaged(_("{path} is damaged: {found}; bring it back from a backup"), path=str(path), found=found)


def _create(path: Path, tmp: Path) -> None:
    """Make the file whole beside its place: a journal without its tables is then always a damaged one."""
    staged = tmp / f"{uuid.uuid4().hex}.sqlite"
    with closing(sqlite3.connect(staged)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
    try:
        os.link(staged, path)  # unlike a rename, never over a journal that another process made meanwhile
    except FileExistsError:
        pass
    finally:
        staged.unlink()
    sync_directory(path.parent)
