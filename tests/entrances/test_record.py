"""The commands that look after the record: journal, check, withdraw, rebuild, demo."""

import json
from pathlib import Path

from tests.entrances.running import EXAMPLE, Run

QUESTION = ("report", "revenue-by-service", "--period", "2026-10", "--format", "json")


def test_a_good_home_is_found_good(run: Run, home: Path) -> None:
    ran = run("--home", home, "check", "--json")
    findings = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert all(finding["ok"] for finding in findings)
    assert set(findings[0]) == {"name", "ok", "detail"}


def test_a_damaged_batch_is_found_and_not_answered_from(run: Run, home: Path) -> None:
    batch = max((home / "batches").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(batch.read_bytes())
    content[len(content) // 2] ^= 1
    batch.chmod(0o600)
    batch.write_bytes(content)
    (home / "warehouse.duckdb").unlink()
    checked = run("--home", home, "check")
    assert checked.status == 3
    assert batch.name in checked.out
    asked = run("--home", home, *QUESTION)
    assert (asked.status, asked.out, asked.err.count("\n")) == (1, "", 1)
    assert batch.name in asked.err


def test_a_withdrawn_batch_counts_no_more_and_can_be_asked_for(run: Run, home: Path) -> None:
    before = json.loads(run("--home", home, *QUESTION).out)
    withdrawn = run("--home", home, "withdraw", 6)
    assert (withdrawn.status, withdrawn.err) == (0, "")
    assert json.loads(run("--home", home, *QUESTION).out)["row_count"] == 0
    then = json.loads(run("--home", home, *QUESTION, "--as-known-at", 6).out)
    assert (then["rows"], then["sha256"]) == (before["rows"], before["sha256"])
    rows = json.loads(run("--home", home, "journal", "--json").out)
    assert [row["kind"] for row in rows[-2:]] == ["batch", "withdraw"]
    assert (rows[-2]["counts"], rows[-1]["withdraws"]) == (False, 6)


def test_what_others_need_is_not_withdrawn(run: Run, home: Path) -> None:
    for seq in (1, 2, 99):
        ran = run("--home", home, "withdraw", seq)
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert len(json.loads(run("--home", home, "journal", "--json").out)) == 6


def test_a_better_file_takes_a_batchs_place(run: Run, home: Path, tmp_path: Path) -> None:
    better = tmp_path / "charges.csv"
    lines = (EXAMPLE / "charges.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    better.write_text("".join(lines[:3]), encoding="utf-8")
    assert run("--home", home, "load", better, "--replaces", 6).status == 0
    assert sum(row["charges"] for row in json.loads(run("--home", home, *QUESTION).out)["rows"]) == 2


def test_a_rebuilt_warehouse_answers_the_same(run: Run, home: Path) -> None:
    before = run("--home", home, *QUESTION).out
    (home / "warehouse.duckdb").unlink()
    assert run("--home", home, "rebuild").status == 0
    assert run("--home", home, *QUESTION).out == before


def test_invented_data_goes_into_a_home_of_its_own(run: Run, home: Path, tmp_path: Path) -> None:
    refused = run("--home", home, "demo", "--charges", 100)
    assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
    made = run("--home", tmp_path / "demo", "demo", "--charges", 1000)
    assert (made.status, made.err) == (0, "")
    assert "charges         1000" in made.out
