"""Long answers of a running server: readers who leave, servers that stop or are killed, loads that come in meanwhile."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entrances.served import PROGRAM, Server, command, environment, load_silently, served

pytestmark = pytest.mark.slow


@pytest.fixture
def own(home: Path) -> Iterator[Server]:
    """A server of the test's own."""
    with served(home) as running:
        yield running


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose longest answer is more than the server and its reader hold between them."""
    home = tmp_path_factory.mktemp("large") / "home"
    assert command(home, "demo", "--charges", 80_000).returncode == 0
    return home


LONG = ("report", "revenue-detail", "--period", "2026", "--format", "csv")


def test_a_reader_that_leaves_ends_the_question(large: Path) -> None:
    with served(large) as running:
        leaving = subprocess.Popen([*PROGRAM, "--home", str(large), *LONG], stdout=subprocess.PIPE, env=environment())
        assert leaving.stdout
        leaving.stdout.read(1)
        assert running.metric("sodu_questions_open") == 1
        leaving.kill()
        leaving.communicate()
        left = time.monotonic()
        while running.metric("sodu_questions_open") and time.monotonic() - left < 30:
            time.sleep(0.05)
        assert time.monotonic() - left < 2
        assert "Traceback" not in running.logged


def test_what_is_being_answered_when_it_is_told_to_stop_is_answered_whole(large: Path) -> None:
    running = Server(large).wait()
    asking = subprocess.Popen(
        [*PROGRAM, "--home", str(large), *LONG],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        bufsize=0,
    )
    assert asking.stdout
    first = asking.stdout.read(1)
    running.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    out, err = asking.communicate(timeout=60)
    assert (asking.returncode, err) == (0, b"")
    assert running.stop() == 0
    assert first + out == command(large, *LONG).stdout
    assert not (large / "warehouse.duckdb.wal").exists()


def test_a_server_killed_in_mid_answer_is_one_error_and_no_file(large: Path, tmp_path: Path) -> None:
    running = Server(large).wait()
    (worker,) = running.workers()
    asking = subprocess.Popen(
        [*PROGRAM, "--home", str(large), *LONG, "--output", str(tmp_path / "all.csv")],
        stderr=subprocess.PIPE,
        env=environment(),
    )
    while not [path for path in tmp_path.iterdir() if path.stat().st_size]:
        time.sleep(0.002)
    os.kill(worker, signal.SIGKILL)
    running.stop(signal.SIGKILL)
    _out, err = asking.communicate(timeout=60)
    assert (asking.returncode, err.count(b"\n")) == (1, 1)
    assert b"ended before its answer did" in err
    assert list(tmp_path.iterdir()) == []


ROWS_EACH, BATCHES = 40, 20


def charges_in_many_files(folder: Path) -> list[Path]:
    """Files of charges over two months, as many as make the warehouse sort them anew."""
    header = "charge_id,account_id,partner_id,service_id,occurred_at,charge_type,list_amount,partner_amount,customer_amount,currency"
    paths = []
    for number in range(BATCHES):
        rows = [
            f"x{number}-{row},C1,P,vserver,2026-{9 + row % 2:02}-1{row % 9}T08:00:00+07:00,usage,3,2,2.5,VND"
            for row in range(ROWS_EACH)
        ]
        path = folder / f"charges-{number}.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def test_readers_go_on_while_loads_come_in(own: Server, tmp_path: Path) -> None:
    """Answers are read while batches come in and months are sorted: each is whole, and of one head."""
    words = ("report", "revenue-detail", "--period", "2026", "--format", "json")
    before = len(json.loads(command(own.home, *words).stdout)["rows"])
    stop, answers = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            answers.append(command(own.home, *words))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    load_silently(own.home, *charges_in_many_files(tmp_path))
    stop.set()
    for reader in readers:
        reader.join()
    assert "background" not in own.logged
    assert {(done.returncode, done.stderr) for done in answers} == {(0, b"")}
    for done in answers:
        answer = json.loads(done.stdout)
        batches = answer["as_known_at"] - 6
        assert answer["row_count"] == len(answer["rows"]) == before + batches * ROWS_EACH
    assert len(json.loads(command(own.home, *words).stdout)["rows"]) == before + BATCHES * ROWS_EACH
    assert command(own.home, "check").returncode == 0
