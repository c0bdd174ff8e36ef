"""A sample provider: partners, customers and three years of their charges and credit, made by seed to any size."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sodu.warehouse.progress import Progress
from sodu.warehouse.sample.writing import Sample


def write(folder: Path, charges: int, seed: int, progress: Progress, today: date) -> list[Path]:
    """Write a folder of Parquet files in the contract's tables; the same for the same numbers and day."""
    folder.mkdir(parents=True, exist_ok=True)
    with Sample(folder, charges, seed, today) as sample:
        return list(sample.files(progress))
