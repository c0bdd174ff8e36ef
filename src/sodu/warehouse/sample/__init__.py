"""A sample provider: partners, customers and three years of their charges and credit, made by seed to any size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sodu.warehouse.progress import Progress
from sodu.warehouse.sample.plan import Provider
from sodu.warehouse.sample.writing import Sample


def write(folder: Path, charges: int, seed: int, progress: Progress, today: date) -> list[Path]:
    """Write a folder of Parquet files in the contract's tables; the same for the same numbers and day."""
    return list(files(folder, Provider(charges), seed, progress, today))


def files(folder: Path, provider: Provider, seed: int, progress: Progress, today: date) -> Iterator[Path]:
    """The same for a provider of any shape, a few files at a time: whoever has read one may remove it."""
    folder.mkdir(parents=True, exist_ok=True)
    with Sample(folder, provider, seed, today) as sample:
        yield from sample.files(progress)
