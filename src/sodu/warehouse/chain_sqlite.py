"""The journal in a file of SQLite: append-only by triggers, synced before a row is acknowledged."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sodu.values.errors import Busy, Damaged, DiskFull, Refused, SoduError
from sodu.values.limits import LOCK_WAIT_SECONDS
from sodu.values.text import Message, mark as _
from sodu.warehouse.chain import ChainedRow, Tail, chained, damaged, moved
from sodu.warehouse.home import sync_directory

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

_UNWRITABLE = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)


class SqliteChain:
    """The file behind the journal. Every call opens it anew, so threads and processes may come and go."""

    def __init__(self, path: Path, tmp: Path, *, must_exist: bool) -> None:
        self.path = path
        self._tail = Tail(str(path))
        if not path.exists():
            if must_exist:
                raise Damaged(_("{path} is missing; bring it back from a backup"), path=str(path))
            _create(path, tmp)
        with self._open() as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise damaged(str(path), Message(_("SQLite says: {found}"), {"found": found}))

    def read_new(self) -> list[ChainedRow]:
        """The rows since the last call, verified against it; raises Damaged at the first that is wrong."""
        with self._open() as connection:
            connection.execute("BEGIN")
            head = connection.execute("SELECT seq, hash FROM head").fetchone()
            if self._tail.is_at(head):
                return []
            texts = connection.execute(
                "SELECT seq, content, hash FROM journal WHERE seq > ? ORDER BY seq", (self._tail.seq,)
            ).fetchall()
        return self._tail.advance(texts, head)

    def append(self, contents: Sequence[str], expected_head: int) -> None:
        """Write rows in one transaction; raises Busy if another process has written since."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            head = connection.execute("SELECT seq, hash FROM head").fetchone()
            if head[0] != expected_head:
                raise moved()
            rows = chained(head, contents)
            connection.executemany("INSERT INTO journal VALUES (?, ?, ?)", [(r.seq, r.content, r.hash) for r in rows])
            connection.execute("UPDATE head SET seq = ?, hash = ?", (rows[-1].seq, rows[-1].hash))
            connection.execute("COMMIT")
            # Acknowledged rows stand in the file itself: no copy of it can miss them. On a full disk they stand
            # in the log until the next write.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with (
            _told(self.path),
            closing(sqlite3.connect(self.path.as_uri() + "?mode=rw", uri=True, isolation_level=None)) as connection,
        ):
            connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
            connection.execute("PRAGMA synchronous = FULL")
            yield connection


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite says into an error for people."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError) as error:
        raise _meaning(error, path) from error


def _meaning(error: Exception, path: Path) -> SoduError:
    code = getattr(error, "sqlite_errorcode", 0)
    if "locked" in str(error) or "busy" in str(error):
        return Busy(_("{path} is in use by another process; try again"), path=str(path))
    if code == sqlite3.SQLITE_FULL:
        return DiskFull()
    if code in _UNWRITABLE or code & 0xFF == sqlite3.SQLITE_READONLY:
        return Refused(
            _("{path} cannot be written: is the disk full, or may it only be read? SQLite says: {found}"),
            path=str(path),
            found=str(error),
        )
    return damaged(str(path), Message(_("SQLite says: {found}"), {"found": str(error)}))


def _create(path: Path, tmp: Path) -> None:
    """Make the file whole beside its place: a journal without its tables is then always a damaged one."""
    staged = tmp / f"{uuid.uuid4().hex}.sqlite"
    with _told(path), closing(sqlite3.connect(staged)) as connection:
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
