"""PostgreSQL as the journal, the portal and the load lock use it: addresses, connections, and what went wrong."""

from __future__ import annotations

import atexit
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from sodu.values.errors import Busy, Damaged, Refused, SoduError, WrongUsage
from sodu.values.text import Message, mark as _

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_SCHEMES = ("postgresql://", "postgres://")
LOADING, PREPARING, CREATING, TAKING_IN = 1, 2, 3, 4
"""What advisory locks are held for."""

_LOCKS = 0x50D0
"""The first of the two numbers of all advisory locks of this program."""
_POLL_SECONDS = 0.05
_IDLE_KEPT = 4
# A host that is gone is noticed within half a minute; whatever the address says goes first.
_USUAL = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_Result = TypeVar("_Result")


def parameters(url: str) -> dict[str, str]:
    """An address as libpq's parameters; raises WrongUsage where it is none, Refused where the driver is missing."""
    psycopg = _driver()
    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        given = {}
    # What libpq says of a wrong address may quote the password in it: it is not passed on.
    ports = str(given.get("port") or "5432").split(",")
    if not url.startswith(_SCHEMES) or not given.get("dbname") or not all(port.isdigit() for port in ports if port):
        raise WrongUsage(
            _("DATABASE_URL: this is no address such as postgresql://user:password@host:5432/name, nor sqlite://")
        )
    return _USUAL | {name: str(value) for name, value in given.items()} | {"client_encoding": "UTF8"}


class Database:
    """One database. Connections are kept for whoever asks next; each serves one at a time."""

    def __init__(self, url: str) -> None:
        self._parameters = parameters(url)
        self.name = "{dbname} (PostgreSQL, {host})".format(**{"host": "localhost"} | self._parameters)

    def retried(self, work: Callable[[Connection, bool], _Result]) -> _Result:
        """Do something that may be done twice, and again on a new connection where the first was lost meanwhile.

        `work` is told whether this is the second time.
        """
        try:
            with self.connected() as connection:
                return work(connection, False)
        except _Lost:
            with self.connected(is_new=True) as connection:
                return work(connection, True)

    @contextmanager
    def connected(self, *, is_new: bool = False) -> Iterator[Connection]:
        """A connection in autocommit; raises Busy, Refused or Damaged for what PostgreSQL says."""
        with _told(self.name):
            connection = self._connect("sodu") if is_new else self._idle()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            _keep(self._key, connection)

    @contextmanager
    def lock(self, what: int, wait_seconds: float, busy: Callable[[str], SoduError]) -> Iterator[None]:
        """Hold an advisory lock, which ends with its connection; raises what `busy` makes of its holder's name."""
        with _told(self.name):
            connection = self._connect(f"pid {os.getpid()} on {socket.gethostname()}")
        try:
            with _told(self.name):
                self._wait_for(connection, what, wait_seconds, busy)
            yield
        finally:
            connection.close()

    def _wait_for(
        self, connection: Connection, what: int, wait_seconds: float, busy: Callable[[str], SoduError]
    ) -> None:
        deadline = time.monotonic() + wait_seconds
        while True:
            found = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCKS, what)).fetchone()
            if found == (True,):
                return
            if time.monotonic() >= deadline:
                raise busy(_holder(connection, what))
            time.sleep(_POLL_SECONDS)

    @property
    def _key(self) -> tuple[object, ...]:
        # A connection may not be used on the other side of a fork.
        return os.getpid(), *sorted(self._parameters.items())

    def _idle(self) -> Connection:
        with _keeping:
            kept = _kept.get(self._key)
            if kept:
                return kept.pop()
        return self._connect("sodu")

    def _connect(self, application_name: str) -> Connection:
        psycopg = _driver()
        # Nothing is prepared, so that connections may go through a pooler.
        settings: dict[str, Any] = {"application_name": application_name} | self._parameters
        connected: Connection = psycopg.connect(**settings, autocommit=True, prepare_threshold=None)
        return connected


_kept: dict[tuple[object, ...], list[Connection]] = {}
_keeping = threading.Lock()


def _keep(key: tuple[object, ...], connection: Connection) -> None:
    with _keeping:
        kept = _kept.setdefault(key, [])
        if len(kept) < _IDLE_KEPT:
            kept.append(connection)
            return
    connection.close()


def close_idle() -> None:
    """Close the connections of this process that nobody uses."""
    with _keeping:
        for key in [key for key in _kept if key[0] == os.getpid()]:
            for connection in _kept.pop(key):
                connection.close()


atexit.register(close_idle)


class _Lost(Busy):
    """The connection is gone, or there was none: whether what was asked was done is not known."""


def _holder(connection: Connection, what: int) -> str:
    found = connection.execute(
        "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = %s AND objid = %s",
        (_LOCKS, what),
    ).fetchone()
    return str(found[0]) if found and found[0] else "?"


def _driver() -> ModuleType:
    try:
        import psycopg
        import psycopg.conninfo
    except ImportError:
        raise Refused(
            _("DATABASE_URL names PostgreSQL, whose driver is not installed: `pip install 'psycopg[binary]'`")
        ) from None
    return psycopg


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in a sentence what PostgreSQL refused."""
    psycopg = _driver()
    errors = psycopg.errors
    try:
        yield
    except (errors.LockNotAvailable, errors.SerializationFailure, errors.DeadlockDetected) as error:
        raise Busy(_("{path} is in use by another process; try again"), path=name) from error
    except (errors.DiskFull, errors.ReadOnlySqlTransaction, errors.TooManyConnections) as error:
        raise Busy(_("{name} takes nothing now: {said}; try again"), name=name, said=_said(error)) from error
    except errors.InsufficientPrivilege as error:
        said = _("{name}: {said}; give the role that right, see docs/how-to/postgresql.md")
        raise Refused(said, name=name, said=_said(error)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise _Lost(_("{name} cannot be reached: {said}; try again"), name=name, said=_said(error)) from error
    except psycopg.Error as error:
        found = Message(_("PostgreSQL says: {found}"), {"found": _said(error)})
        raise Damaged(_("{path} is damaged: {found}; bring it back from a backup"), path=name, found=found) from error


def _said(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "").strip() or type(error).__name__
