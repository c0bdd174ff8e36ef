"""The warehouse of a process that serves: loads come in beside readers, long questions are stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sodu.values.errors import Busy, Damaged, Refused
from sodu.warehouse import opening, time_limit
from sodu.warehouse.engine import Query
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import open_warehouse
from sodu.warehouse.serving import OwnFile, Serving, serve
from sodu.warehouse.time_limit import limited
from sodu.warehouse.withdraw import withdraw
from tests.warehouse.world import NOW, charges, loaded

FOREVER = Query("SELECT sum(a.seq * b.seq * c.seq) AS n FROM charges a, charges b, charges c, charges d")
COUNT = Query("SELECT count(*) AS n, count(DISTINCT seq) AS batches FROM charges")


@pytest.fixture
def serving(small: Home) -> Iterator[Serving]:
    with serve(small, Journal(small)) as opened:
        yield opened


def counted(serving: Serving) -> tuple[int, int]:
    (row,) = serving.engine.rows(COUNT)
    return row["n"], row["batches"]


def test_what_is_journalled_comes_in(serving: Serving, small: Home) -> None:
    loaded(small, charges(small.path / "more", 600, 50))
    assert counted(serving) == (600, 2)
    assert serving.take_in() == 1
    assert counted(serving) == (650, 3)
    assert serving.take_in() == 0
    withdraw(small, 7, "tester", NOW)
    assert serving.take_in() == 1
    assert serving.known().withdrawn == (7,)


def test_a_number_that_is_journalled_is_known_at_once(serving: Serving, small: Home) -> None:
    loaded(small, charges(small.path / "more", 600, 50))
    assert serving.known().seq == 6
    assert serving.known(7).seq == 7
    assert counted(serving) == (650, 3)


def test_a_stream_goes_on_over_what_comes_in(serving: Serving, small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read one batch at a time while others come in, months are sorted and the log is written back."""
    monkeypatch.setattr("sodu.warehouse.duckdb.STREAM_BATCH_ROWS", 50)
    monkeypatch.setattr("sodu.warehouse.compact.COMPACT_FRAGMENTS_MAX", 1)
    monkeypatch.setattr("sodu.warehouse.compact._FRAGMENTS_WHATEVER", 1)
    rows = 0
    with serving.engine.stream(Query("SELECT * FROM charges")) as batches:
        for number, batch in enumerate(batches):
            rows += batch.num_rows
            loaded(small, charges(small.path / f"more-{number}", 600 + number * 10, 10))
            assert serving.take_in() == 1
            assert not small.warehouse_path.with_name("warehouse.duckdb.wal").exists()
    assert rows == 600
    assert counted(serving)[0] > 600


def test_many_read_while_much_comes_in(serving: Serving, small: Home) -> None:
    """Nothing fails, nobody sees half a load, and what is known never goes back."""
    stop, seen, failed = threading.Event(), [], []

    def read() -> None:
        head = 0
        while not stop.is_set():
            try:
                known = serving.known()
                sql = f"SELECT count(*) AS n FROM charges WHERE seq <= {known.seq}"
                (row,) = serving.engine.rows(Query(sql))
                seen.append((known.seq, row["n"]))
                assert known.seq >= head
                head = known.seq
            except Exception as error:  # noqa: BLE001
                failed.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(12):
        loaded(small, charges(small.path / f"more-{number}", 600 + number * 20, 20))
        serving.take_in()
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert {n == 600 + (seq - 6) * 20 for seq, n in seen} == {True}
    assert counted(serving) == (840, 14)


def test_a_question_that_takes_too_long_is_stopped(serving: Serving) -> None:
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            serving.engine.open.stop_overdue()

    watching = threading.Thread(target=watch)
    watching.start()
    began = time.monotonic()
    try:
        with limited(0.2), pytest.raises(Refused, match="took too long"):
            serving.engine.rows(FOREVER)
        with limited(0.2), pytest.raises(Refused, match="took too long"), serving.engine.stream(FOREVER) as batches:
            list(batches)
        with limited(0), pytest.raises(Refused, match="took too long"):
            counted(serving)
        with limited(60):
            assert counted(serving) == (600, 2)
        assert counted(serving) == (600, 2)
    finally:
        stop.set()
        watching.join()
    assert time.monotonic() - began < 10
    assert len(serving.engine.open) == 0


def test_work_that_nobody_waits_for_is_ended(serving: Serving) -> None:
    with limited(None) as limit:
        assert counted(serving) == (600, 2)
        limit.end()
        with pytest.raises(Refused, match="took too long"):
            counted(serving)


def test_everything_is_stopped_at_the_end(serving: Serving) -> None:
    said: list[object] = []

    def ask() -> None:
        try:
            serving.engine.rows(FOREVER)
        except Refused as refused:
            said.append(refused)

    asking = threading.Thread(target=ask)
    asking.start()
    while len(serving.engine.open) == 0:
        time.sleep(0.01)
    time.sleep(0.1)
    serving.stop()
    asking.join(10)
    assert len(said) == 1


def test_a_check_sees_one_moment(serving: Serving, small: Home) -> None:
    loaded(small, charges(small.path / "more", 600, 50))
    finding = serving.check()
    assert (finding.ok, finding.detail.parameters) == (True, {"count": 7})
    assert isinstance(serving.held, OwnFile)
    with serving.held.cursor() as cursor:
        cursor.execute(
            "DELETE FROM charges WHERE seq = 7 AND charge_id = (SELECT min(charge_id) FROM charges WHERE seq = 7)"
        )
    finding = serving.check()
    assert (finding.ok, finding.detail.parameters) == (False, {"seqs": "7"})


def test_one_process_owns_it(serving: Serving, small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_WAIT_SECONDS", 0)
    with pytest.raises(Busy), open_warehouse(small, Journal(small)):
        pass
    assert counted(serving) == (600, 2)


def test_a_damaged_batch_does_not_stop_what_is_there(serving: Serving, small: Home) -> None:
    loaded(small, charges(small.path / "more", 600, 50))
    path = small.batches / f"{Journal(small).batches()[-1].batch_sha256}.parquet"
    kept = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(kept[:-1] + b"?")
    with pytest.raises(Damaged, match="is damaged"):
        serving.take_in()
    assert (serving.head, counted(serving)) == (6, (600, 2))
    path.write_bytes(kept)
    assert serving.take_in() == 1


def test_a_limit_has_an_end() -> None:
    assert not time_limit.Limit().is_over
    assert time_limit.Limit(time.monotonic() - 1).is_over
