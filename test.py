#!/usr/bin/env python3
"""Install what the tests need and pass them all: `python3 test.py`. Further words go to pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from start import ROOT, install, program

PACKAGES = {
    "pg_ctlcluster": ("postgresql", "whatever runs on PostgreSQL"),
    "ip": ("iproute2", "the tests of several hosts"),
    "soffice": ("libreoffice-calc", "the test that opens a workbook with it"),
    "chromium": ("chromium", "the tests of pages in a browser"),
    "npm": ("npm", "the tests of reports on a ClickHouse cluster"),
}
"""Programs that tests start: the system package of each, and what needs it."""

ON_POSTGRESQL = ("tests/people", "tests/entrances/web", "tests/entrances/api")
"""Tests that are passed a second time, with the portal kept in PostgreSQL."""
NOTHING_CHOSEN = 5
"""pytest's status where its words choose no test."""

STEPS = {
    "lint": [program("ruff"), "check", "."],
    "format": [program("ruff"), "format", "--check", "."],
    "types": [program("mypy")],
    "layers": [program("lint-imports"), "--no-cache"],
    "reference": [program("python"), "tools/reference.py", "--check"],
    "translations": [program("python"), "tools/translations.py", "--check"],
}


def bring(packages: dict[str, tuple[str, str]]) -> None:
    """Install system packages where that can be done; a test that lacks its program fails and says so."""
    missing = [name for name in packages if not shutil.which(name)]
    if missing and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        names = [packages[name][0] for name in missing]
        print("Installing " + ", ".join(names) + ", which tests use.", flush=True)
        settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], check=False, env=settings, capture_output=True)
        install = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
        subprocess.run(install, check=False, env=settings, capture_output=True)
    for name in missing:
        if not shutil.which(name):
            print(f"{name} is not on this machine: {packages[name][1]} cannot pass.")


def bring_clickhouse() -> None:
    """Install the engine of the nodes that tests start, by its hash; it is half a gigabyte, and used by tests alone."""
    target = ROOT / "build" / "clickhouse"
    if not shutil.which("npm") or (target / "node_modules" / ".package-lock.json").exists():
        return
    print("Installing ClickHouse nodes for tests into build/.", flush=True)
    target.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tools" / "clickhouse" / name, target)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(target)],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        print(f"npm could not install the ClickHouse nodes, without which their tests fail: {done.stderr}", flush=True)


def run(name: str, command: list[str]) -> bool:
    """Run one step; what it printed is shown where it failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        # The settings that types are checked against want a home.
        environ = os.environ | {"SODU_HOME": home}
        done = subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8", errors="replace", env=environ
        )
    passed = done.returncode == 0
    print(f"{'passed' if passed else 'FAILED'}  {name}  {time.monotonic() - began:.1f} s", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


def main() -> int:
    """Every step is run, so that one look shows all that is wrong; pytest comes last."""
    install("requirements-dev.txt")
    bring(PACKAGES)
    bring_clickhouse()
    failed = [name for name, command in STEPS.items() if not run(name, command)]
    if failed:
        print("Failed before the tests: " + ", ".join(failed), flush=True)
    words = sys.argv[1:]
    pytest = [program("python"), "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
    tests = subprocess.run([*pytest, *words], cwd=ROOT, check=False).returncode
    if not any(Path(word.partition("::")[0]).exists() for word in words):
        print("The same on PostgreSQL: what rests on the portal's database.", flush=True)
        environ = os.environ | {"TESTS_ON": "postgresql"}
        again = subprocess.run([*pytest, *ON_POSTGRESQL, *words], cwd=ROOT, check=False, env=environ).returncode
        tests = tests or (0 if again == NOTHING_CHOSEN else again)
    return tests or bool(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"test.py stopped: this failed, and said why above: {' '.join(failure.cmd[:6])} …")
