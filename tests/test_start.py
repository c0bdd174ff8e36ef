"""README's first command shows the main job, on a machine that has had nothing."""

import sys
from pathlib import Path

import pytest

import start


def test_start_makes_a_home_and_shows_the_main_job(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    installed = []
    monkeypatch.setattr(start, "install", installed.append)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", Path(sys.prefix))
    start.main()
    first = capfd.readouterr()
    assert installed == ["requirements.txt"]
    assert "VND" in first.out
    assert (tmp_path / "revenue-detail.xlsx").read_bytes().startswith(b"PK")
    start.main()
    assert " demo " not in capfd.readouterr().out


def test_an_older_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"3\.11 or later"):
        start.install("requirements.txt")


def test_a_failing_command_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", Path(sys.prefix))
    with pytest.raises(SystemExit) as ended:
        start.sodu("report", "profit")
    assert ended.value.code == 2
