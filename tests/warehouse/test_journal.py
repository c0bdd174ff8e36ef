"""The journal: numbers, hashes, what is known when, and that nothing in it can change unseen."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from sodu.values.errors import Busy, Damaged, Refused, WrongUsage
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal, NewBatch, WithdrawalRow
from sodu.warehouse.settings import Settings
from tests.postgresql import shared

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A home whose journal is in either database."""
    url = "" if request.param == "sqlite" else shared().database()
    return Home.create(tmp_path / "home", Settings(database=url))


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home")


def batch(source: str = "charges.csv", replaces: int | None = None, at: str = "2026-10-01T00:00:00+00:00") -> NewBatch:
    return NewBatch(
        table="charges",
        source=source,
        who="Ngọc",
        recorded_at=at,
        upload_sha256="a" * 64,
        batch_sha256="b" * 64,
        rows=2,
        totals={"list_amount": {"VND": Decimal("1.500000000001"), "USD": Decimal("-0")}},
        replaces=replaces,
    )


def run(home: Home, *statements: str) -> None:
    """Run statements past the program, in SQLite's words."""
    if not home.settings.database:
        with closing(sqlite3.connect(home.journal_path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return
    for statement in statements:
        shared().run(home.settings.database, statement.replace(" head", " journal_head"))


def altered(home: Home, *statements: str) -> None:
    """What someone does who may take the triggers away."""
    if home.settings.database:
        run(home, *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in ("journal", "journal_head")), *statements)
        return
    with closing(sqlite3.connect(home.journal_path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    run(home, *(f"DROP TRIGGER {name}" for (name,) in names), *statements)


def test_rows_come_back_as_they_were_written(home: Home) -> None:
    journal = Journal(home)
    assert journal.append([batch("một.csv"), batch("hai.csv")], 0) == [1, 2]
    first = Journal(home).rows()[0]
    assert isinstance(first, BatchRow)
    assert (first.seq, first.source, first.who) == (1, "một.csv", "Ngọc")
    assert first.totals == {"list_amount": {"VND": Decimal("1.500000000001"), "USD": Decimal(0)}}


def test_one_journal_sees_what_another_wrote(home: Home) -> None:
    mine, theirs = Journal(home), Journal(home)
    theirs.append([batch()], 0)
    assert mine.head == 1


def test_a_moved_head_is_busy(home: Home) -> None:
    journal = Journal(home)
    journal.append([batch()], 0)
    with pytest.raises(Busy):
        journal.append([batch()], 0)
    assert journal.head == 1


def test_of_two_writers_one_wins(home: Home) -> None:
    outcomes: list[list[int] | None] = []

    def write() -> None:
        try:
            outcomes.append(Journal(home).append([batch()], 0))
        except Busy:
            outcomes.append(None)

    Journal(home)
    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count([1]) == 1
    assert Journal(home).head == 1


def test_as_known_at_a_number(home: Home) -> None:
    journal = Journal(home)
    journal.append([batch(), batch()], 0)
    journal.withdraw(1, "me", "2026-10-02T00:00:00+00:00", 2)
    journal.append([batch(replaces=2)], 3)
    assert [journal.known(at).withdrawn for at in (0, 1, 2, 3, 4)] == [(), (), (), (1,), (1, 2)]
    assert [row.seq for row in journal.batches(journal.known(2))] == [1, 2]
    assert [row.seq for row in journal.batches()] == [4]
    assert journal.known().seq == 4
    assert journal.rows()[2] == WithdrawalRow(seq=3, who="me", recorded_at="2026-10-02T00:00:00+00:00", withdraws=1)
    for beyond in (5, -1):
        with pytest.raises(WrongUsage, match="last one is 4"):
            journal.known(beyond)


def test_as_known_at_an_instant(home: Home) -> None:
    journal = Journal(home)
    journal.append([batch(at="2026-10-01T00:00:00+00:00")], 0)
    journal.append([batch(at="2026-10-02T00:00:00+00:00")], 1)
    instants = [datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)]
    assert [journal.known(instant).seq for instant in instants] == [0, 1, 2]


@pytest.mark.parametrize("seq", [0, 1, 3])
def test_only_what_counts_is_withdrawn_or_replaced(home: Home, seq: int) -> None:
    journal = Journal(home)
    journal.append([batch(), batch()], 0)
    journal.withdraw(1, "me", "2026-10-02T00:00:00+00:00", 2)
    with pytest.raises(Refused, match=f"batch {seq} is not in the record"):
        journal.withdraw(seq, "me", "2026-10-02T00:00:00+00:00", 3)
    with pytest.raises(Refused):
        journal.append([batch(replaces=seq)], 3)
    assert journal.head == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET content = '{}'",
        "DELETE FROM journal",
        "INSERT INTO journal VALUES (9, '{}', '')",
        "DELETE FROM head",
        "INSERT INTO head VALUES (9, '')",
        "UPDATE head SET seq = 1",
        "UPDATE head SET seq = 9",
    ],
)
def test_the_database_refuses_edits(home: Home, statement: str) -> None:
    Journal(home).append([batch(), batch()], 0)
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
        run(home, statement)
    assert Journal(home).head == 2


def test_sqlite_refuses_to_replace(sqlite_home: Home) -> None:
    Journal(sqlite_home).append([batch(), batch()], 0)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run(sqlite_home, "INSERT OR REPLACE INTO journal VALUES (1, '{}', '')")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE journal SET content = replace(content, '1.5', '2.5') WHERE seq = 2", "row 2"),
        ("DELETE FROM journal WHERE seq = 2", "row 2"),
        ("DELETE FROM journal WHERE seq = 3", "rows after 2"),
        ("UPDATE journal SET seq = seq + 1 WHERE seq = 3", "row 3"),
        ("UPDATE head SET hash = 'x'", "rows after 3"),
        ("DROP TABLE journal", "no such table|does not exist"),
    ],
)
def test_edits_behind_its_back_are_named(home: Home, statement: str, named: str) -> None:
    Journal(home).append([batch(), batch(), batch()], 0)
    altered(home, statement)
    with pytest.raises(Damaged, match=named):
        Journal(home)


def test_an_open_journal_notices_a_lost_tail(home: Home) -> None:
    journal = Journal(home)
    journal.append([batch(), batch()], 0)
    assert journal.head == 2
    altered(home, "DELETE FROM journal WHERE seq = 2", "DELETE FROM head", "INSERT INTO head VALUES (1, 'x')")
    with pytest.raises(Damaged):
        journal.rows()


def test_a_missing_journal_is_not_a_new_one(sqlite_home: Home) -> None:
    home = sqlite_home
    Journal(home)
    (home.batches / "some.parquet").touch()
    home.journal_path.unlink()
    with pytest.raises(Damaged, match=r"journal\.sqlite is missing"):
        Journal(home)


def test_an_emptied_journal_is_damaged(sqlite_home: Home) -> None:
    home = sqlite_home
    Journal(home)
    home.journal_path.write_bytes(b"")
    with pytest.raises(Damaged):
        Journal(home)


def test_acknowledged_rows_stand_in_the_file_itself(sqlite_home: Home) -> None:
    home = sqlite_home
    Journal(home).append([batch()], 0)
    wal = home.journal_path.with_name("journal.sqlite-wal")
    assert not wal.exists() or wal.stat().st_size == 0
