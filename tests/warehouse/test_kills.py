"""Killed at any moment of loading: nothing acknowledged is lost, nothing half is seen, nothing is doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sodu.warehouse.check import check
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal
from tests.warehouse.world import ENVIRONMENT, SETTINGS, charges, contents, descriptions, loaded, size

ROWS = 200
LATEST_SECONDS = 0.9

# Loads file after file from the one asked for, and says which are acknowledged; each time in a process of its own.
PROGRAM = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.opening import refresh

home, files = Home.open(sys.argv[1]), Path(sys.argv[2])
for line in sys.stdin:
    child = os.fork()
    if child:
        print("pid", child, flush=True)
        os.waitpid(child, 0)
        print("over", flush=True)
        continue
    for number in range(int(line), 1000):
        load(home, LoadRequest(paths=(files / f"charges-{number}.csv",)), "killed", datetime.now(UTC))
        print("loaded", number, flush=True)
        refresh(home, Journal(home))
"""


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    kills = size("SODU_KILLS", 20)
    home = Home.create(tmp_path / "home", SETTINGS)
    loaded(home, descriptions(tmp_path / "in"))
    files = tmp_path / "files"
    moments = random.Random(20261122)
    command = [sys.executable, "-c", PROGRAM, str(home.path), str(files)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as parent:
        acknowledged: set[int] = set()
        for _ in range(kills):
            first = max(acknowledged, default=-1)
            _write_files(files, max(first, 0))
            acknowledged |= _killed_after(parent, max(first, 0), moments.uniform(0, LATEST_SECONDS))
            _must_be_whole(home, acknowledged)
        assert parent.stdin
        parent.stdin.close()
    assert acknowledged
    _must_not_double(home, files, max(acknowledged) + 1)


def _write_files(files: Path, first: int) -> None:
    for number in range(first, first + 20):
        path = files / f"charges-{number}.csv"
        if not path.exists():
            charges(files, number * ROWS, ROWS).rename(path)


def _killed_after(parent: subprocess.Popen[str], first: int, seconds: float) -> set[int]:
    """Let it load from the last file that it had, kill it, and say what it had acknowledged."""
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(f"{first}\n")
    parent.stdin.flush()
    pid = int(parent.stdout.readline().split()[1])
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    lines = list(iter(parent.stdout.readline, "over\n"))
    return {int(line.split()[1]) for line in lines if line.startswith("loaded") and line.endswith("\n")}


def _must_be_whole(home: Home, acknowledged: set[int]) -> None:
    batches = [row for row in Journal(home).rows() if isinstance(row, BatchRow) and row.table == "charges"]
    assert {f"charges-{number}.csv" for number in acknowledged} <= {row.source for row in batches}
    assert all(row.rows == ROWS for row in batches)
    held = contents(home, ("charges",))["charges"]
    assert len(held) == ROWS * len(batches) == len({row["charge_id"] for row in held})


def _must_not_double(home: Home, files: Path, count: int) -> None:
    for number in range(count):
        loaded(home, files / f"charges-{number}.csv")
    held = contents(home, ("charges",))["charges"]
    assert {f"k{number:06}" for number in range(count * ROWS)} <= {row["charge_id"] for row in held}
    assert len(held) == len({row["charge_id"] for row in held})
    assert [finding for finding in check(home) if not finding.ok] == []
    assert list(home.tmp.iterdir()) == []
