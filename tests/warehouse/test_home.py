"""The home: its settings, its lock, its scratch directories, and the files that are named by their bytes."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sodu.values.errors import Busy, Damaged, WrongUsage
from sodu.warehouse import store
from sodu.warehouse.home import Home
from sodu.warehouse.settings import Settings
from tests.warehouse.world import ENVIRONMENT


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Settings())


def test_a_missing_home_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="there is no home at"):
        Home.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_settings_have_defaults_and_come_from_the_environment() -> None:
    assert Settings.read({}).zone == "Asia/Ho_Chi_Minh"
    assert Settings.read({"SODU_ZONE": "UTC", "SODU_MEMORY": "2GiB", "SODU_THREADS": "3"}) == Settings("UTC", "2GiB", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SODU_ZONE", "Asia/Saigon2"),
        ("SODU_ZONE", "../etc/passwd"),
        ("SODU_ZONE", "/etc/localtime"),
        ("SODU_MEMORY", "1"),
        ("SODU_MEMORY", "99MB"),
        ("SODU_MEMORY", "1GB'; --"),
        ("SODU_MEMORY", "80%"),
        ("SODU_THREADS", "0"),
        ("SODU_THREADS", "257"),
        ("SODU_THREADS", "two"),
    ],
)
def test_wrong_settings_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(WrongUsage, match=f"^{name}: "):
        Settings.read({name: value})


def test_limits_of_settings_are_allowed() -> None:
    assert Settings.read({"SODU_MEMORY": "100MB", "SODU_THREADS": "256"}) == Settings("Asia/Ho_Chi_Minh", "100MB", 256)


def test_the_load_lock_names_its_holder(home: Home) -> None:
    with home.load_lock(), pytest.raises(Busy, match=f"pid {os.getpid()}"), home.load_lock(wait_seconds=0):
        pass
    with home.load_lock(wait_seconds=0):
        pass


def test_sweeping_takes_what_killed_processes_left_and_spares_what_is_held(home: Home) -> None:
    (home.tmp / "left.upload").touch()
    (home.tmp / "left").mkdir()
    (home.tmp / "left" / "spill").touch()
    with home.scratch() as held:
        (held / "spill").touch()
        with home.load_lock():
            assert [path.name for path in home.tmp.iterdir()] == [held.name]
            assert (held / "spill").exists()
    assert list(home.tmp.iterdir()) == []


def test_a_killed_process_holds_no_lock(home: Home) -> None:
    program = (
        "import os, sys; from sodu.warehouse.home import Home; home = Home(sys.argv[1])\n"
        "with home.load_lock(), home.scratch(): os.kill(os.getpid(), 9)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program, str(home.path)], check=False, env=ENVIRONMENT).returncode == -9
    )
    with home.load_lock(wait_seconds=0):
        assert list(home.tmp.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, store._CHUNK_BYTES, 3 * store._CHUNK_BYTES + store._BLOCK_BYTES + 1])
def test_an_upload_is_kept_as_it_was(home: Home, tmp_path: Path, size: int) -> None:
    given = tmp_path / "charges.csv"
    given.write_bytes(os.urandom(1024) * (size // 1024) + b"x" * (size % 1024))
    kept = store.keep_upload(home, given)
    assert kept.sha256 == hashlib.sha256(given.read_bytes()).hexdigest() == kept.path.name
    assert (kept.bytes, kept.is_new) == (size, True)
    assert kept.path.read_bytes() == given.read_bytes()
    assert list(home.tmp.iterdir()) == []


def test_the_same_upload_again_mends_it_and_is_not_forgotten(home: Home, tmp_path: Path) -> None:
    given = tmp_path / "charges.csv"
    given.write_bytes(b"a,b\n")
    kept = store.keep_upload(home, given)
    kept.path.chmod(0o600)
    kept.path.write_bytes(b"a;b\n")
    again = store.keep_upload(home, given)
    assert not again.is_new
    assert again.path.read_bytes() == b"a,b\n"
    store.forget(home, again)
    assert again.path.exists()
    store.forget(home, kept)
    assert not kept.path.exists()


def test_a_batch_is_verified_before_it_is_trusted(home: Home) -> None:
    staged = home.tmp / "x.parquet"
    staged.write_bytes(b"PAR1 and more")
    kept = store.keep_batch(home, staged)
    assert store.verified_batch(home, kept.sha256) == kept.path
    kept.path.chmod(0o600)
    kept.path.write_bytes(b"PAR1 and less")
    with pytest.raises(Damaged, match=kept.sha256):
        store.verified_batch(home, kept.sha256)
    kept.path.unlink()
    with pytest.raises(Damaged, match=f"{kept.sha256}.parquet is missing"):
        store.verified_batch(home, kept.sha256)
