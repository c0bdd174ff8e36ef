#!/usr/bin/env python3
"""From nothing to a running portal: `python3 start.py` needs Python 3.11 or later and nothing else.

It installs Sodu into `.venv`, makes a home with invented data in `sample-data`, shows a report, and serves the portal.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
HOME = "sample-data"
PYTHON_MIN = (3, 11)
PORT = 8000
COLUMNS = "account_name,currency,opening,topped_up,transferred_in,transferred_out,used,refunded,closing"


def program(name: str) -> str:
    """Where a program of the virtual environment stands."""
    return str(VENV / "Scripts" / (name + ".exe") if os.name == "nt" else VENV / "bin" / name)


def install(requirements: str) -> None:
    """Make `.venv` with these pinned requirements and the package; do nothing where that is done already."""
    if sys.version_info < PYTHON_MIN:
        sys.exit("Sodu needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")
    wanted = hashlib.sha256((ROOT / requirements).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / (requirements + ".installed")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Installing into .venv: a minute or two the first time.", flush=True)
    if not Path(program("python")).exists():
        _make_venv()
    pip = [program("python"), "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / requirements)], check=True)
    # The build backend is among the requirements, so that nothing is fetched without a hash.
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def _make_venv() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        sys.exit("This Python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv")


def sodu(*arguments: str, **environ: str) -> None:
    """Show a command, and run it."""
    print("\n$ sodu " + shlex.join(arguments), flush=True)
    done = subprocess.run([program("sodu"), *arguments], cwd=ROOT, check=False, env=os.environ | environ)
    if done.returncode:
        sys.exit(done.returncode)


def free_port() -> str:
    """Port 8000, or where that is taken any that is free."""
    for port in (PORT, 0):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return str(listener.getsockname()[1])
    sys.exit("No port of this machine is free.")


def main() -> None:
    """Install, make a home with sample data, show a report of it, and serve the portal."""
    install("requirements.txt")
    if not (ROOT / HOME / "warehouse.duckdb").exists():
        sodu("--home", HOME, "demo", "--charges", "20000")
    question = ("--partner", "partner-01", "--period", "last-month", "--currency", "VND", "--limit", "5")
    sodu("--home", HOME, "report", "credit-total", *question, "--columns", COLUMNS)
    print("\nThe same, with all the rest, in the portal. Sample data is nobody's secret: it asks for no second factor.")
    # Standard error is the server's log, which is for operators.
    sodu("--home", HOME, "serve", "--port", free_port(), SODU_MFA_ROLES="none", SODU_LOG="text")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"start.py stopped: this failed, and said why above: {shlex.join(failed.cmd[:6])} …")
