"""What a run leaves behind: answers on standard output or in a whole file, a status, and nothing half done."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from sodu.entrances.commands.output import opened
from sodu.entrances.commands.progress import shown
from sodu.reports import run as runs
from sodu.reports.table import Check
from sodu.values.text import Message, mark
from tests.entrances.running import EXAMPLE, Run

PROGRAM = (sys.executable, "-m", "sodu.entrances.commands.main")
QUESTION = ("report", "revenue-by-service", "--period", "2026-10", "--partner", "P")


def test_loading_twice_says_so(run: Run, home: Path) -> None:
    ran = run("--home", home, "load", EXAMPLE, "--json")
    answer = json.loads(ran.out)
    assert ran.status == 0
    assert {batch["table"]: batch["duplicates"] for batch in answer["batches"]}["charges"] == 6
    assert sum(batch["rows"] for batch in answer["batches"]) == 0
    assert (answer["errors"], answer["error_count"]) == ([], 0)


def test_a_refused_load_names_the_place_and_changes_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "partners.csv"
    bad.write_text("partner_id,name\nQ,\n", encoding="utf-8")
    before = run("--home", home, "journal", "--json").out
    ran = run("--home", home, "load", bad, "--json")
    answer = json.loads(ran.out)
    assert (ran.status, answer["batches"], answer["error_count"]) == (1, [], 1)
    (error,) = answer["errors"]
    assert (error["file"], error["row"], error["column"], error["code"]) == ("partners.csv", 2, "name", "required")
    assert set(error) == {"file", "row", "column", "code", "message", "value"}
    assert ran.err.startswith("partners.csv:2:name: required: ")
    assert run("--home", home, "journal", "--json").out == before


def test_a_missing_file_is_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("--home", tmp_path / "h", "load", "not-there.csv")
    assert (ran.status, ran.out) == (1, "") or (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "not-there.csv" in ran.err


def test_names_are_written_in_any_locale(home: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "--home", str(home), "--language", "vi", "reports"],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"},
    )
    assert "Báo cáo nạp credit" in done.stdout.decode()


def test_every_report_in_every_format(run: Run, home: Path, tmp_path: Path) -> None:
    for line in run("reports").out.splitlines():
        slug = line.split()[0]
        for suffix in ("txt", "json", "csv", "xlsx", "parquet"):
            path = tmp_path / f"{slug}.{suffix}"
            ran = run("--home", home, "report", slug, "--period", "2026-10", "--output", path)
            assert (ran.status, ran.out, ran.err) == (0, "", ""), (slug, suffix)
            assert path.stat().st_size > 0
        assert (tmp_path / f"{slug}.csv-metadata.json").exists()
    assert list(tmp_path.glob(".*.part")) == []


def test_a_failed_check_is_told_and_the_answer_written(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Check("formula", ok=False, detail=Message(mark("C1 is off by {amount}"), {"amount": "1"}))
    answer = runs.run
    monkeypatch.setattr(runs, "run", lambda *asked: replace(answer(*asked), checks=(failed,)))
    ran = run("--home", home, *QUESTION, "--format", "json")
    assert ran.status == 3
    assert json.loads(ran.out)["checks"] == [{"name": "formula", "ok": False, "detail": "C1 is off by 1"}]
    assert ran.err == "sodu: check failed: formula: C1 is off by 1\n"


def test_what_nobody_foresaw_is_one_line(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_asked: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(runs, "run", stumble)
    ran = run("--home", home, *QUESTION)
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "RuntimeError: first line (" in ran.err


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_bytes(b"what stood here")

    def interrupted() -> None:
        with opened(path) as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"what stood here"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_and_not_replaced() -> None:
    with opened(Path(os.devnull)) as out:
        out.write(b"gone")
    assert not Path(os.devnull).is_file()


def test_a_reader_that_has_enough_is_no_error(home: Path) -> None:
    words = " ".join(
        [*PROGRAM, "--home", str(home), "report", "revenue-detail", "--period", "2026", "--format", "json"]
    )
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {words} | head -c 1"],
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{", b"")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_load_leaves_nothing(tmp_path: Path, run: Run, sent: signal.Signals) -> None:
    home = tmp_path / "h"
    demo = subprocess.Popen(
        [*PROGRAM, "--home", str(home), "demo", "--charges", "3000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 30
    while not list(home.glob("tmp/*/sample/charges-*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.05)
    demo.send_signal(sent)
    out, err = demo.communicate(timeout=30)
    assert (demo.returncode, out, err.count(b"\n")) == (130, b"", 1)
    assert json.loads(run("--home", home, "journal", "--json").out) == []
    assert [
        path for path in home.rglob("*") if path.is_file() and path.parent.name in ("tmp", "batches", "uploads")
    ] == []


def test_progress_is_silent_in_pipes_and_drawn_on_terminals(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with shown(str) as progress:
        progress(mark("Doing"), 1, 2)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with shown(str) as progress:
        progress(mark("Doing"), 1, 2)
        progress(mark("Doing more"), 0, 0)
    drawn = capfd.readouterr()
    assert drawn.out == ""
    assert "Doing more" in drawn.err


def test_a_full_disk_is_told_as_one(run: Run, home: Path) -> None:
    ran = run("--home", home, *QUESTION, "--format", "json", "--output", "/dev/full")
    assert (ran.status, ran.out, ran.err) == (1, "", "sodu: the disk is full; make room and try again\n")


def test_what_is_recorded_is_done_though_the_warehouse_waits(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "fresh"
    with monkeypatch.context() as patched:
        patched.setattr("sodu.warehouse.catch_up.statements", lambda: ["COPY (SELECT 1) TO '/dev/full' (FORMAT csv)"])
        patched.setattr("sodu.warehouse.rebuild.connect", lambda *_words: duckdb.connect())
        ran = run("--home", home, "load", EXAMPLE, "--json")
        reason = "the disk is full; make room and try again"
        assert (ran.status, ran.err) == (0, f"sodu: recorded; the warehouse will take it in later: {reason}\n")
        assert [batch["seq"] for batch in json.loads(ran.out)["batches"]] == [1, 2, 3, 4, 5, 6]
    assert run("--home", home, "check").status == 0
    assert json.loads(run("--home", home, *QUESTION, "--format", "json").out)["row_count"] > 0
