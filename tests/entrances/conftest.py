"""A home with the worked example, and the program run in this process."""

import shutil
from pathlib import Path

import pytest

from sodu.entrances.commands.main import main
from tests.entrances.running import EXAMPLE, Ran, Run

NOW = "2026-11-20T02:00:00Z"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same day, zone and language, whatever the machine's are."""
    for name in ("SODU_HOME", "SODU_LANGUAGE", "SODU_DEBUG", "SODU_MEMORY", "SODU_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SODU_NOW", NOW)
    monkeypatch.setenv("SODU_ZONE", "Asia/Ho_Chi_Minh")
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the program with some words."""

    def run_main(*words: object) -> Ran:
        capfd.readouterr()
        status = main([str(word) for word in words])
        return Ran(status, *capfd.readouterr())

    return run_main


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the worked example, made once."""
    path = tmp_path_factory.mktemp("loaded") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SODU_NOW", NOW)
        assert main(["--home", str(path), "load", str(EXAMPLE)]) == 0
    return path


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A home with the worked example, of the test's own."""
    return shutil.copytree(loaded, tmp_path / "home")
