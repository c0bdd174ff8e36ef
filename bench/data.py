"""What is measured on: a home of N charges and the CSV of its charges, made once and kept."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.measure import SODU, Run, run

TODAY = date(2026, 11, 22)
NOW = f"{TODAY}T02:00:00Z"
_SEED = 7
_DECIMALS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")
_DESCRIPTIONS = ("partners", "accounts", "services", "discounts")


@dataclass(frozen=True)
class Data:
    """The sample of one size, in all its forms."""

    charges: int
    folder: Path

    @property
    def sample(self) -> Path:
        """The sample's files."""
        return self.folder / "sample"

    @property
    def csv(self) -> Path:
        """Its charges, all in one CSV file."""
        return self.folder / "charges.csv"

    @property
    def parquet(self) -> Path:
        """The same in one Parquet file, its instants as texts."""
        return self.folder / "charges.parquet"

    @property
    def described(self) -> Path:
        """A home that has all but charges and credit."""
        return self.folder / "described"

    @property
    def home(self) -> Path:
        """A home that has everything."""
        return self.folder / "home"


def data(charges: int, *, with_home: bool = True, with_csv: bool = False, with_parquet: bool = False) -> Data:
    """The sample of a size; what of it is there already is used again."""
    made = Data(charges, _place() / f"{charges}")
    made.folder.mkdir(parents=True, exist_ok=True)
    once(made.sample, lambda path: write_sample(path, charges))
    once(made.described, lambda path: _load(path, [made.sample / f"{table}.parquet" for table in _DESCRIPTIONS]))
    if with_csv:
        # Amounts as senders write them, not with all the zeros of their type.
        written = ", ".join(f"rtrim(rtrim({name}::VARCHAR, '0'), '.') AS {name}" for name in _DECIMALS)
        charges_made = f"SELECT * REPLACE ({written}) FROM read_parquet('{made.sample}/charges-*.parquet')"
        once(made.csv, lambda path: copy(charges_made, path, "FORMAT csv, HEADER"))
    if with_parquet:
        rows = f"FROM read_parquet('{made.sample}/charges-*.parquet')"
        once(made.parquet, lambda path: copy(rows, path, "FORMAT parquet"))
    if with_home:
        once(made.home, lambda path: _load(path, [made.sample]))
    return made


def provider(charges: int, accounts: int = 0) -> Path:
    """A home of a provider of 200 partners, one with a fifth of all, whose accounts grow with the charges unless said.

    It is made and loaded a month at a time, and what was loaded is removed from the home's uploads: no report reads them.
    """
    home = _place() / f"provider-{charges}{f'-{accounts}' if accounts else ''}"
    accounts, lines = accounts or max(1_000, charges // 5_000), max(4_096, accounts, charges // 37 // 24)
    words = [str(number) for number in (charges, 200, accounts, lines, _SEED)]
    once(home, lambda path: run([sys.executable, "-c", _PROVIDER, path, *words, str(TODAY), NOW]))
    return home


def scratch() -> Path:
    """A directory for what one run leaves."""
    return Path(tempfile.mkdtemp(dir=_place()))


def _place() -> Path:
    place = Path(os.environ.get("SODU_BENCH") or Path(tempfile.gettempdir()) / "sodu-bench")
    place.mkdir(parents=True, exist_ok=True)
    return place


# All is made in processes of their own: the memory of this one counts as that of every process that it starts.
_SAMPLE = """
import sys
from datetime import date
from pathlib import Path
from sodu.warehouse import sample
from sodu.warehouse.progress import silent
folder, charges, seed, today = sys.argv[1:]
sample.write(Path(folder), int(charges), int(seed), silent, date.fromisoformat(today))
"""
_PROVIDER = """
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from sodu.warehouse import sample
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.opening import refresh
from sodu.warehouse.progress import silent
from sodu.warehouse.sample.plan import Provider
path, *numbers, seed, today, now = sys.argv[1:]
home = Home.create(path)
folder = home.path / "sample"
for file in sample.files(folder, Provider(*map(int, numbers)), int(seed), silent, date.fromisoformat(today)):
    report = load(home, LoadRequest((file,)), "bench", datetime.fromisoformat(now))
    assert not report.error_count, report.errors[:3]
    file.unlink()
    for upload in home.uploads.iterdir():
        upload.unlink()
    if file.stem.startswith("credit_entries"):
        refresh(home, Journal(home))
        print(file.stem, file=sys.stderr, flush=True)
shutil.rmtree(folder)
refresh(home, Journal(home))
"""
_COPY = """
import sys
import duckdb
query, path, options = sys.argv[1:]
engine = duckdb.connect()
engine.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'").fetchall()
engine.execute(f"COPY ({query}) TO '{path}' ({options})").fetchall()
engine.close()
"""


def write_sample(folder: Path, charges: int) -> Run:
    """Make the files of a sample, in a process of its own."""
    return run([sys.executable, "-c", _SAMPLE, folder, str(charges), str(_SEED), str(TODAY)])


def copy(query: str, path: Path, options: str) -> None:
    """Write a query's rows to a file."""
    run([sys.executable, "-c", _COPY, query, path, options])


def once(path: Path, make: Callable[[Path], object]) -> None:
    """Make a file or directory under another name first, so that one that is there is whole."""
    if path.exists():
        return
    print(f"making {path}", file=sys.stderr, flush=True)
    half = path.with_name(f"half-{path.name}")
    if half.is_dir():
        shutil.rmtree(half)
    half.unlink(missing_ok=True)
    make(half)
    half.rename(path)


def _load(home: Path, paths: list[Path]) -> None:
    run([*SODU, "--home", home, "load", *paths], SODU_NOW=NOW)
