"""What the program takes as words, and how it refuses others: one line, status 2, nothing done."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entrances.running import Run

HELP = (
    "from sodu.entrances.commands.main import main; import sys; main(['--help']); print(*sys.modules, file=sys.stderr)"
)
HELP_SECONDS_MAX = 0.3

WRONG = {
    "no such command": ("dance",),
    "no such option": ("reports", "--dance"),
    "an option without its value": ("report", "revenue-detail", "--period"),
    "no report": ("report",),
    "no such report": ("report", "profit"),
    "no home": ("--home", "nowhere", "report", "revenue-detail"),
    "no such format": ("report", "revenue-detail", "--format", "docx"),
    "no such language": ("--language", "fr", "reports"),
    "no path": ("load",),
    "no such choice": ("load", "x.csv", "--from", "nowhere"),
    "no number": ("load", "x.csv", "--expect", "rows=many"),
    "no pair": ("load", "x.csv", "--map", "customer_amount"),
    "too small a demo": ("demo", "--charges", "0"),
    "an abbreviation": ("reports", "--lang", "vi"),
}
WRONG_CONDITIONS = {
    "period": "someday",
    "account-type": "reseller",
    "compare": "before",
    "by": "hour",
    "sort": "-beauty",
    "columns": "beauty",
    "limit": "0",
    "as-known-at": "999",
    "status": "active",
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG.keys())
def test_wrong_words_are_refused_in_one_line(run: Run, words: tuple[str, ...], tmp_path: Path) -> None:
    ran = run(*words)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("sodu: ")
    assert ran.err.count("\n") == 1
    assert list(tmp_path.rglob("*.parquet")) == []


@pytest.mark.parametrize("name", WRONG_CONDITIONS)
def test_wrong_conditions_are_refused_in_one_line(run: Run, home: Path, name: str) -> None:
    ran = run("--home", home, "report", "revenue-detail", f"--{name}", WRONG_CONDITIONS[name])
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert WRONG_CONDITIONS[name].lstrip("-") in ran.err or name in ran.err


def test_no_words_at_all_show_the_way(run: Run) -> None:
    ran = run()
    assert ran.status == 2
    assert "sodu COMMAND --help" in ran.err


@pytest.mark.parametrize("variable", ["SODU_NOW", "SODU_ZONE", "SODU_MEMORY", "SODU_THREADS", "SODU_LANGUAGE"])
def test_wrong_settings_are_named(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "plenty")
    ran = run("--home", home, "report", "credit-total")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "plenty" in ran.err


def test_values_may_begin_with_a_dash(run: Run, home: Path) -> None:
    sorted_down = run("--home", home, "report", "revenue-by-account", "--period", "2026-10", "--sort", "-sales")
    assert (sorted_down.status, sorted_down.err) == (0, "")


def test_shared_options_stand_before_or_behind(run: Run, home: Path) -> None:
    before = run("--home", home, "--language", "vi", "journal")
    behind = run("journal", "--home", home, "--language", "vi")
    assert before == behind
    assert before.status == 0


@pytest.mark.parametrize("command", ["load", "report", "reports", "journal", "withdraw", "check", "rebuild", "demo"])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_command_explains_itself(run: Run, command: str, language: str) -> None:
    ran = run("--language", language, command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"sodu {command}" in ran.out


def test_help_is_quick_because_it_imports_little() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", HELP], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert {"duckdb", "pyarrow", "rich", "xlsxwriter"} & set(done.stderr.split()) == set()
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime <= HELP_SECONDS_MAX
