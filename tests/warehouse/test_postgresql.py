"""What only PostgreSQL does: addresses, lost connections, several hosts, and a server that ends in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from sodu.values.errors import Busy, Damaged, Refused, WrongUsage
from sodu.warehouse import home as home_module
from sodu.warehouse.check import check
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.postgresql import Database
from sodu.warehouse.settings import Settings
from tests.postgresql import PostgreSQL, postgresql, shared
from tests.warehouse.test_journal import batch
from tests.warehouse.world import ENVIRONMENT, home_on, small_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_on(shared().database(), tmp_path)


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A server of the test's own, that writes to the disk as it says."""
    with postgresql("fsync=on", "full_page_writes=on") as server:
        yield server


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user@host/name",
        "postgresql://",
        "postgresql://user@host",
        "postgresql://user:se%zzcret@host/name",
        "postgresql://user:secret@host:port/name",
        "postgresql://user:secret@host/name?unheard_of=1",
        "host=localhost dbname=name",
        "sqlite:///elsewhere.sqlite",
    ],
)
def test_a_wrong_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(WrongUsage, match=r"^DATABASE_URL: this is no address such as postgresql://") as refused:
        Settings.read({"DATABASE_URL": url})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "sqlite://"])
def test_without_an_address_the_files_of_the_home_are_meant(url: str) -> None:
    assert Settings.read({"DATABASE_URL": url}).database == ""


def test_an_address_is_kept_and_not_shown() -> None:
    settings = Settings.read({"DATABASE_URL": "postgres://user:secret@host-a,host-b:5433/name?sslmode=require"})
    assert settings.database
    assert "secret" not in repr(settings)
    assert "secret" not in Database(settings.database).name


def test_without_the_driver_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Refused, match=r"pip install 'psycopg\[binary\]'"):
        Settings.read({"DATABASE_URL": "postgresql://host/name"})


def test_nobody_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    home = home_on(f"postgresql://user:secret@/name?host={tmp_path}", tmp_path)
    with pytest.raises(Busy, match=r"name \(PostgreSQL, .*\) cannot be reached: .*; try again") as busy:
        Journal(home)
    assert "secret" not in str(busy.value)


def test_batches_without_a_journal_are_not_a_new_one(home: Home) -> None:
    (home.batches / "some.parquet").touch()
    with pytest.raises(Damaged, match="holds no journal, though there are batches"):
        Journal(home)


@pytest.mark.parametrize("table", ["journal", "journal_head"])
def test_truncate_is_refused(home: Home, table: str) -> None:
    Journal(home).append([batch()], 0)
    with pytest.raises(psycopg.IntegrityError, match="append-only"):
        shared().run(home.settings.database, f"TRUNCATE {table}")


def test_a_role_without_rights_is_told_so(home: Home) -> None:
    Journal(home).append([batch()], 0)
    url = home.settings.database
    shared().run(
        url, "DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN", "GRANT SELECT ON journal_head TO reader"
    )
    other = Home(home.path, Settings(database=url.replace("sodu@", "reader@")))
    with pytest.raises(Refused, match=r"permission denied for table journal; give the role that right"):
        Journal(other)


def test_a_lost_connection_is_made_anew(home: Home) -> None:
    journal = Journal(home)
    journal.append([batch()], 0)
    shared().run(
        home.settings.database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    assert journal.head == 1
    shared().run(
        home.settings.database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    journal.append([batch()], 1)
    assert journal.head == 2


def test_what_was_acknowledged_survives_a_crash_of_the_server(server: PostgreSQL, tmp_path: Path) -> None:
    home = home_on(server.database(), tmp_path)
    server.run(server.url("postgres"), "ALTER SYSTEM SET synchronous_commit = off")
    journal = Journal(home)
    for head in range(20):
        journal.append([batch()], head)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    acknowledged = 20
    # A child of the server may outlive it for a moment: what it acknowledges counts.
    with suppress(Busy):
        journal.append([batch()], 20)
        acknowledged = 21
    with pytest.raises(Busy, match="cannot be reached"):
        Journal(home)
    _until_started(server)
    assert acknowledged <= Journal(home).head <= 21
    assert Journal(home).head == journal.head


def _until_started(server: PostgreSQL) -> None:
    # Children of a server that was killed hold its shared memory for a moment.
    for _attempt in range(50):
        try:
            server.start()
            return
        except AssertionError:
            time.sleep(0.2)
    server.start()


LOADER = """
import sys, socket
socket.gethostname = lambda: sys.argv[2]
from datetime import datetime
from sodu.values.errors import Busy
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal, open_chain
from sodu.warehouse.move import move_journal
from tests.warehouse.test_journal import batch
home = Home.open(sys.argv[1])
written = 0
journal = Journal(home)
while written < 10:
    try:
        journal.append([batch(f"{sys.argv[2]}-{written}.csv")], journal.head)
        written += 1
    except Busy:
        pass
"""


def test_writers_on_several_hosts_lose_and_double_nothing(home: Home) -> None:
    Journal(home)
    environment = ENVIRONMENT | {"DATABASE_URL": home.settings.database}
    environment["PYTHONPATH"] = os.pathsep.join([ENVIRONMENT["PYTHONPATH"], str(Path(__file__).parents[2])])
    programs = [
        subprocess.Popen([sys.executable, "-c", LOADER, str(home.path), f"host-{name}"], env=environment)
        for name in "abc"
    ]
    assert [program.wait(timeout=120) for program in programs] == [0, 0, 0]
    sources = [row.source for row in Journal(home).batches()]
    assert sorted(sources) == sorted(f"host-{name}-{number}.csv" for name in "abc" for number in range(10))


def test_one_host_loads_at_a_time_and_the_other_is_told_who(home: Home) -> None:
    other = Home.open(home.path, home.settings)
    holder = rf"pid {os.getpid()} on \S+\) is loading"
    with home.load_lock(), pytest.raises(Busy, match=holder), other.load_lock(wait_seconds=0):
        pass
    with other.load_lock(wait_seconds=0):
        pass


def test_a_load_that_is_killed_holds_no_lock(home: Home) -> None:
    program = (
        "import os, sys; from sodu.warehouse.home import Home; home = Home(sys.argv[1])\n"
        "with home.load_lock(), home.scratch(): os.kill(os.getpid(), 9)"
    )
    environment = ENVIRONMENT | {"DATABASE_URL": home.settings.database}
    assert (
        subprocess.run([sys.executable, "-c", program, str(home.path)], check=False, env=environment).returncode == -9
    )
    with home.load_lock():
        assert list(home.tmp.iterdir()) == []


def test_a_host_sweeps_its_own_and_what_others_left_long_ago(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = home.tmp
    (mine / "left.upload").touch()
    with monkeypatch.context() as there:
        there.setattr(home_module.socket, "gethostname", lambda: "other")
        other = Home.open(home.path, home.settings).tmp
        (other / "work").mkdir(parents=True)
    with home.load_lock():
        assert list(mine.iterdir()) == []
        assert (other / "work").exists()
    for path in (other / "work", other):
        os.utime(path, (0, 0))
    with home.load_lock():
        assert list(mine.parent.iterdir()) == [mine]


def test_a_home_on_postgresql_is_sound_and_an_edit_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = shared().database()
    home = small_home(tmp_path, url)
    assert not home.journal_path.exists()
    assert all(finding.ok for finding in check(home))
    shared().run(
        url,
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "UPDATE journal SET content = replace(content, '\"rows\":', '\"rows\": ') WHERE seq = 2",
    )
    (found,) = check(home)
    assert not found.ok
    assert "row 2 is not what was written" in str(found.detail)
