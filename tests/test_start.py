"""README's first command ends in a running portal, on a machine that has had nothing."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

import start


def test_start_makes_a_home_shows_a_report_and_serves_the_portal(tmp_path: Path) -> None:
    """As a user would: the script itself, its last command a server that answers."""
    for name in ("start.py", "requirements.txt", "pyproject.toml"):
        shutil.copy(start.ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    stamp = tmp_path / "as-installed.py"
    stamp.write_text("import start; start.install = print; start.main()", encoding="utf-8")
    log = tmp_path / "log"
    with log.open("wb") as out:
        running = subprocess.Popen([sys.executable, stamp], cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT)
    try:
        said = wait_for(log, "Serving on ")
        assert "VND" in said
        link = re.search(r"http://\S+/join/\S+", said)
        assert link
        with urlopen(link[0]) as page:  # noqa: S310
            assert "Sodu" in page.read().decode()
    finally:
        running.send_signal(signal.SIGINT)
        assert running.wait(30) in (0, 130, -signal.SIGINT)


def wait_for(log: Path, words: str) -> str:
    """What a process has said once it said these words."""
    for _ in range(600):
        said = log.read_text(encoding="utf-8")
        if words in said:
            return said
        time.sleep(0.1)
    raise AssertionError(said)


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
