"""A running server, and the commands beside it."""

import json
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gunicorn.config import Config

from sodu.entrances.web.server import Worker
from tests.entrances.running import EXAMPLE
from tests.entrances.served import Browser, Server, command, free_port, load_silently, served

pytestmark = pytest.mark.slow

TAKEN_IN_SECONDS_MAX = 2
SLUGS = ("discount-customer", "credit-total", "revenue-detail")
FORMATS = ("table", "json", "csv", "xlsx", "parquet")
WRONG = (
    ("profit",),
    ("revenue-detail", "--period", "someday"),
    ("revenue-detail", "--account", "nobody"),
    ("revenue-detail", "--partner", "nobody"),
    ("revenue-detail", "--as-known-at", "999"),
    ("revenue-detail", "--columns", "beauty"),
    ("revenue-detail", "--format", "docx"),
    ("revenue-detail", "--after", "nonsense"),
)


@pytest.fixture(scope="module")
def alone(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home, without a server."""
    return shutil.copytree(loaded, tmp_path_factory.mktemp("alone") / "home")


@pytest.fixture(scope="module")
def server(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that tests share: they leave its record as it is."""
    with served(shutil.copytree(loaded, tmp_path_factory.mktemp("live") / "home")) as running:
        yield running


@pytest.fixture
def own(home: Path) -> Iterator[Server]:
    """A server of the test's own."""
    with served(home) as running:
        yield running


def outcome(done: subprocess.CompletedProcess[bytes]) -> tuple[int, bytes, bytes]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_beside_a_server_is_the_same_to_the_byte(
    server: Server, alone: Path, tmp_path: Path, format_: str
) -> None:
    for slug in SLUGS if format_ in ("json", "csv") else SLUGS[1:2]:
        words = ("report", slug, "--period", "2026-10", "--language", "vi", "--format", format_)
        answers = []
        for home, name in ((server.home, "beside"), (alone, "alone")):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            written = outcome(command(home, *words, "--output", folder / f"{slug}.out"))
            printed = outcome(command(home, *words)) if slug == SLUGS[1] else None
            answers.append((written, printed, {path.name: path.read_bytes() for path in folder.iterdir()}))
        assert answers[0] == answers[1], (slug, format_)
        assert len(answers[0][2]) % (2 if format_ == "csv" else 1) == 0


def test_what_is_wrong_is_said_in_the_same_words(server: Server, alone: Path) -> None:
    for words in WRONG:
        beside, without = (command(home, "report", *words) for home in (server.home, alone))
        assert outcome(beside) == outcome(without), words
        assert (beside.returncode, beside.stderr.count(b"\n")) == (2, 1), words


def test_a_check_beside_a_server_finds_the_same(server: Server, alone: Path) -> None:
    beside, without = (command(home, "check", "--json") for home in (server.home, alone))
    assert outcome(beside) == outcome(without)
    assert beside.returncode == 0


def test_what_a_server_keeps_from_others(server: Server) -> None:
    refused = command(server.home, "rebuild")
    assert (refused.returncode, refused.stdout, refused.stderr.count(b"\n")) == (1, b"", 1)
    assert b"stop it" in refused.stderr
    second = command(server.home, "serve", "--port", free_port())
    assert (second.returncode, second.stdout, second.stderr.count(b"\n")) == (1, b"", 1)
    assert b"already" in second.stderr
    assert server.get("/readyz")[0] == 200


def test_a_port_that_is_taken_is_one_sentence(server: Server, tmp_path: Path) -> None:
    refused = command(tmp_path / "other", "serve", "--port", server.port)
    assert (refused.returncode, refused.stdout, refused.stderr.count(b"\n")) == (1, b"", 1)
    assert str(server.port).encode() in refused.stderr


def test_machines_are_told_how_it_stands(server: Server) -> None:
    assert server.get("/healthz")[2] == b"ok\n"
    before = server.metric('sodu_requests_total{method="GET",route="healthz",status="200"}')
    server.get("/healthz")
    assert server.metric('sodu_requests_total{method="GET",route="healthz",status="200"}') == before + 1
    assert server.metric("sodu_journal_head") == server.metric("sodu_warehouse_head") == 6


def test_log_lines_are_json_with_the_requests_id(server: Server) -> None:
    status, headers, _body = server.get("/healthz")
    lines = [json.loads(line) for line in server.logged.splitlines()]
    said = [line for line in lines if line.get("request") == headers["X-Request-Id"]]
    assert status == 200
    assert [(line["event"], line["route"], line["status"]) for line in said] == [("request", "healthz", 200)]


def test_the_secret_of_a_link_is_in_no_log(server: Server) -> None:
    assert server.get("/join/very-secret-indeed")[0] == 422
    assert server.get("/join/very-secret-indeed/more")[0] in (302, 404)
    assert "very-secret-indeed" not in server.logged


def test_what_a_command_loads_is_there_when_it_ends(tmp_path: Path) -> None:
    with served(tmp_path / "home") as running:
        done = command(running.home, "load", EXAMPLE)
        assert (done.returncode, done.stderr) == (0, b"")
        assert len(json.loads(command(running.home, "journal", "--json").stdout)) == 6
        assert running.metric("sodu_warehouse_head") == 6


def test_what_others_journal_is_there_within_two_seconds(own: Server, tmp_path: Path) -> None:
    extra = tmp_path / "partners.csv"
    extra.write_text("partner_id,name\nQ,Quế\n", encoding="utf-8")
    load_silently(own.home, extra)
    journalled = time.monotonic()
    while own.metric("sodu_warehouse_head") == 6 and time.monotonic() - journalled < 30:
        time.sleep(0.02)
    assert time.monotonic() - journalled < TAKEN_IN_SECONDS_MAX


def test_a_withdrawal_beside_a_server_counts_at_once(own: Server) -> None:
    words = ("report", "revenue-by-service", "--period", "2026-10", "--format", "json")
    assert json.loads(command(own.home, *words).stdout)["row_count"] > 0
    done = command(own.home, "withdraw", 6)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(command(own.home, *words).stdout)["row_count"] == 0
    assert command(own.home, "withdraw", 1).returncode == 1
    assert command(own.home, "check").returncode == 0


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_leaves_no_log_beside(home: Path, sent: signal.Signals) -> None:
    with served(home) as running:
        began = time.monotonic()
        assert running.stop(sent) == 0
        assert time.monotonic() - began < 10
    assert "/join/" in running.said
    assert not (home / "warehouse.duckdb.wal").exists()
    assert not (home / "serve.sock").exists()
    assert "Traceback" not in running.logged
    assert list((home / "tmp").iterdir()) == []
    assert command(home, "check").returncode == 0


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_while_it_hands_out_work_ends(
    monkeypatch: pytest.MonkeyPatch, sent: signal.Signals
) -> None:
    """Whatever line the signal interrupts: here one that holds the lock of the threads."""
    worker = Worker(1, os.getpid(), [], None, 1, Config(), logging.getLogger("worker"))
    monkeypatch.setattr(worker, "tpool", ThreadPoolExecutor(1))
    worker.method_queue.init()
    before = signal.signal(sent, {signal.SIGTERM: worker.handle_exit, signal.SIGINT: worker.handle_quit}[sent])
    try:
        with worker.tpool._shutdown_lock:
            signal.raise_signal(sent)
    finally:
        signal.signal(sent, before)
        worker.method_queue.close()
        worker.tmp.close()
    assert not worker.alive


def test_killed_in_any_part_it_starts_again(home: Path) -> None:
    port = free_port()
    Server(home, port).wait().stop(signal.SIGKILL)
    assert (home / "serve.sock").exists()
    with served(home, port) as second:
        (worker,) = second.workers()
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        assert second.wait().metric("sodu_warehouse_head") == 6
        assert command(home, "report", "credit-total", "--period", "2026-10").returncode == 0


def test_a_damaged_warehouse_is_refused_with_what_to_do(home: Path) -> None:
    path = home / "warehouse.duckdb"
    content = bytearray(path.read_bytes())
    content[: 3 * 4096] = b"\xff" * (3 * 4096)
    path.write_bytes(content)
    refused = command(home, "serve", "--port", free_port())
    assert (refused.returncode, refused.stdout, refused.stderr.count(b"\n")) == (1, b"", 1)
    assert b"sodu rebuild" in refused.stderr
    assert command(home, "rebuild").returncode == 0
    with served(home) as running:
        assert running.metric("sodu_warehouse_head") == 6


def test_a_file_that_a_page_sends_is_loaded_beside_a_load(own: Server) -> None:
    """Files of requests are spared by the sweep that every load begins with."""
    browser = Browser(own)
    place, page = browser.send_file("/provider/loads/new", "partners.csv", "partner_id,name\nQ,Quế\n")
    deadline = time.monotonic() + 30
    while "hx-trigger" in page and time.monotonic() < deadline:
        time.sleep(0.2)
        place, page = browser.open(place)
    assert place == "/provider/loads/attempts/1"
    assert ">Done<" in page
    assert own.metric("sodu_warehouse_head") == 7
    _place, page = browser.send("/provider/loads/7/withdraw", b"", "application/x-www-form-urlencoded")
    assert "withdrawn by 8" in page
    _place, page = browser.send("/provider/checks", b"", "application/x-www-form-urlencoded")
    while "hx-trigger" in page and time.monotonic() < deadline:
        time.sleep(0.2)
        _place, page = browser.open("/provider/checks")
    assert "All is as it should be" in page
    assert command(own.home, "check").returncode == 0
    lines = [json.loads(line) for line in own.logged.splitlines()]
    assert {(line["user"], line["partner"]) for line in lines if line.get("route") == "provider/checks"} == {(1, "")}
    assert "Traceback" not in own.logged
