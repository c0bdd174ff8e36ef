"""What is measured on: a home of N charges and the CSV of its charges, made once and kept."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.measure import SODU, run

TODAY = date(2026, 11, 22)
NOW = f"{TODAY}T02:00:00Z"
_SEED = 7
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
    def described(self) -> Path:
        """A home that has all but charges and credit."""
        return self.folder / "described"

    @property
    def home(self) -> Path:
        """A home that has everything."""
        return self.folder / "home"


def data(charges: int, *, with_home: bool = True, with_csv: bool = False) -> Data:
    """The sample of a size; what of it is there already is used again."""
    made = Data(charges, _place() / f"{charges}")
    made.folder.mkdir(parents=True, exist_ok=True)
    _once(made.sample, lambda path: _write_sample(path, charges))
    _once(made.described, lambda path: _load(path, [made.sample / f"{table}.parquet" for table in _DESCRIPTIONS]))
    if with_csv:
        _once(made.csv, lambda path: _write_csv(made.sample, path))
    if with_home:
        _once(made.home, lambda path: _load(path, [made.sample]))
    return made


def scratch() -> Path:
    """A directory for what one run leaves."""
    return Path(tempfile.mkdtemp(dir=_place()))


def _place() -> Path:
    place = Path(os.environ.get("SODU_BENCH") or Path(tempfile.gettempdir()) / "sodu-bench")
    place.mkdir(parents=True, exist_ok=True)
    return place


def _once(path: Path, make) -> None:
    """Make a file or directory under another name first, so that one that is there is whole."""
    if path.exists():
        return
    print(f"making {path}", file=sys.stderr, flush=True)
    half = path.with_name(f"half-{path.name}")
    shutil.rmtree(half, ignore_errors=True)
    half.unlink(missing_ok=True) if half.is_file() else None
    make(half)
    half.rename(path)


def _write_sample(path: Path, charges: int) -> None:
    from sodu.warehouse import sample
    from sodu.warehouse.progress import silent

    sample.write(path, charges, _SEED, silent, TODAY)


def _load(home: Path, paths: list[Path]) -> None:
    run([*SODU, "--home", home, "load", *paths], SODU_NOW=NOW)


def _write_csv(sample: Path, path: Path) -> None:
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false; SET preserve_insertion_order = true").fetchall()
    files = f"read_parquet('{sample}/charges-*.parquet')"
    engine.execute(f"COPY (FROM {files}) TO '{path}' (FORMAT csv, HEADER)").fetchall()
    engine.close()
