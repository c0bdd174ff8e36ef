"""What refuses, in the database itself, to change or delete events."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE_ADD = (
    "CREATE TRIGGER audit_event_not_changed BEFORE UPDATE ON audit_event"
    " BEGIN SELECT RAISE(ABORT, 'events are only added'); END",
    "CREATE TRIGGER audit_event_not_deleted BEFORE DELETE ON audit_event"
    " BEGIN SELECT RAISE(ABORT, 'events are only added'); END",
)
_SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS audit_event_not_changed",
    "DROP TRIGGER IF EXISTS audit_event_not_deleted",
)
_POSTGRESQL_ADD = (
    "CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'events are only added'; END $$",
    "CREATE TRIGGER audit_event_only_added BEFORE UPDATE OR DELETE ON audit_event"
    " FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()",
    "CREATE TRIGGER audit_event_not_emptied BEFORE TRUNCATE ON audit_event"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()",
)
_POSTGRESQL_DROP = (
    "DROP TRIGGER IF EXISTS audit_event_only_added ON audit_event",
    "DROP TRIGGER IF EXISTS audit_event_not_emptied ON audit_event",
    "DROP FUNCTION IF EXISTS audit_event_refuse()",
)
STATEMENTS = {"sqlite": (_SQLITE_ADD, _SQLITE_DROP), "postgresql": (_POSTGRESQL_ADD, _POSTGRESQL_DROP)}
"""By the database's vendor: what adds the triggers, and what takes them away."""


def add(connection: BaseDatabaseWrapper) -> None:
    """Refuse from now on."""
    _run(connection, STATEMENTS[connection.vendor][0])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Refuse no more: for the way back of a migration, and for tests that empty their database."""
    _run(connection, STATEMENTS[connection.vendor][1])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
