#!/usr/bin/env python3
"""From nothing to a first report: `python3 start.py` needs Python 3.11 or later and nothing else.

It installs Sodu into `.venv`, makes a home with invented data in `sample-data`, and shows the main job.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
HOME = "sample-data"
PYTHON_MIN = (3, 11)
CREDIT = "account_name,currency,opening,topped_up,transferred_in,transferred_out,used,refunded,closing"
REVENUE = "service_name,product_group,currency,sales,cost,margin,margin_rate,own_use"


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


def sodu(*arguments: str) -> None:
    """Show a command, and run it."""
    print("\n$ sodu " + shlex.join(arguments), flush=True)
    done = subprocess.run([program("sodu"), *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def report(*words: str) -> None:
    """Ask a report of the home with sample data."""
    sodu("--home", HOME, "report", *words)


def main() -> None:
    """Install, make a home with sample data, and show the main job on it."""
    install("requirements.txt")
    if not (ROOT / HOME / "warehouse.duckdb").exists():
        sodu("--home", HOME, "demo", "--charges", "20000")
    partner = ("--partner", "partner-01", "--period", "last-month")
    report("credit-total", *partner, "--currency", "VND", "--limit", "12", "--columns", CREDIT)
    report("revenue-by-service", *partner, "--sort", "-sales", "--limit", "12", "--columns", REVENUE)
    book = "revenue-detail.xlsx"
    report("revenue-detail", *partner, "--format", "xlsx", "--output", book)
    program_here = os.path.relpath(program("sodu"), ROOT)
    print(f"""
{book} stands here now: open it in Excel or LibreOffice. Its totals are formulas, and sum what is shown.

Try next:
  {program_here} --home {HOME} reports
  {program_here} --home {HOME} report credit-usage --period this-year --limit 10
  {program_here} --home {HOME} --language vi report revenue-by-account --by quarter
and docs/tutorial.md, which loads data of your own in five minutes.""")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"start.py stopped: this failed, and said why above: {shlex.join(failed.cmd[:6])} …")
