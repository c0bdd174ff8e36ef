"""The journal in PostgreSQL: append-only by triggers, acknowledged once its commit is on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sodu.values.errors import Damaged, Refused
from sodu.values.limits import LOCK_WAIT_SECONDS
from sodu.values.text import Message, mark as _
from sodu.warehouse.chain import ChainedRow, Head, Tail, chained, damaged, moved
from sodu.warehouse.postgresql import CREATING, Database

if TYPE_CHECKING:
    from sodu.warehouse.postgresql import Connection

_SCHEMA = """
CREATE TABLE journal (
    seq bigint PRIMARY KEY,
    content text NOT NULL,
    hash text NOT NULL
);
CREATE TABLE journal_head (
    seq bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO journal_head VALUES (0, '');
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal) THEN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION journal_head_only_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <= OLD.seq OR NOT EXISTS (
        SELECT FROM journal WHERE seq = NEW.seq AND hash = NEW.hash AND seq = (SELECT max(seq) FROM journal)
    ) THEN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_is_not_edited BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_only_grows();
CREATE TRIGGER head_is_one BEFORE INSERT OR DELETE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER head_is_not_emptied BEFORE TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER head_only_advances BEFORE UPDATE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION journal_head_only_advances();
"""
_TABLES = "SELECT to_regclass('journal') IS NOT NULL OR to_regclass('journal_head') IS NOT NULL"
# Stronger settings of the server's are left as they are.
_ON_DISK = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')"


class PostgresqlChain:
    """The tables behind the journal, which any number of processes on any number of hosts write to."""

    def __init__(self, database: Database, *, must_exist: bool) -> None:
        self._database = database
        self._tail = Tail(database.name)
        database.retried(lambda connection, _again: self._create(connection, must_exist=must_exist))

    def read_new(self) -> list[ChainedRow]:
        """The rows since the last call, verified against it; raises Damaged at the first that is wrong."""
        return self._database.retried(lambda connection, _again: self._read_new(connection))

    def append(self, contents: Sequence[str], expected_head: int) -> None:
        """Write rows in one transaction; raises Busy if another process has written since."""
        self._database.retried(lambda connection, again: self._append(connection, contents, expected_head, again))

    def _create(self, connection: Connection, *, must_exist: bool) -> None:
        if connection.execute(_TABLES).fetchone() == (True,):
            return
        if must_exist:
            raise Damaged(
                _("{path} holds no journal, though there are batches: bring it back from a backup, or run `sodu move`"),
                path=self._database.name,
            )
        if connection.execute("SHOW server_encoding").fetchone() != ("UTF8",):
            raise Refused(_("{name}: make a database whose encoding is UTF8"), name=self._database.name)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (CREATING,))
            if connection.execute(_TABLES).fetchone() != (True,):
                connection.execute(_SCHEMA)

    def _read_new(self, connection: Connection) -> list[ChainedRow]:
        if self._tail.is_at(self._head(connection)):
            return []
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            head = self._head(connection)
            texts = connection.execute(
                "SELECT seq, content, hash FROM journal WHERE seq > %s ORDER BY seq", (self._tail.seq,)
            ).fetchall()
        return self._tail.advance(texts, head)

    def _append(self, connection: Connection, contents: Sequence[str], expected_head: int, again: bool) -> None:
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_SECONDS}s'")
            connection.execute(_ON_DISK)
            # Whoever comes second waits here for the first to commit, and then finds another head.
            head = self._head(connection, " FOR UPDATE")
            if head[0] != expected_head:
                if again and self._stand(connection, contents, expected_head):
                    return
                raise moved()
            rows = [(row.seq, row.content, row.hash) for row in chained(head, contents)]
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO journal VALUES (%s, %s, %s)", rows)
            connection.execute("UPDATE journal_head SET seq = %s, hash = %s", (rows[-1][0], rows[-1][2]))

    def _stand(self, connection: Connection, contents: Sequence[str], expected_head: int) -> bool:
        """Whether the commit whose connection was lost went through: these very rows, who and when among them."""
        found = connection.execute(
            "SELECT content FROM journal WHERE seq > %s ORDER BY seq LIMIT %s", (expected_head, len(contents))
        ).fetchall()
        return [content for (content,) in found] == list(contents)

    def _head(self, connection: Connection, locked: str = "") -> Head:
        found: Sequence[Any] = connection.execute("SELECT seq, hash FROM journal_head" + locked).fetchall()
        if len(found) != 1:
            raise damaged(self._database.name, Message(_("its head is not one row but {count}"), {"count": len(found)}))
        return int(found[0][0]), str(found[0][1])
