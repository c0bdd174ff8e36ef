"""What tests of the program share: its example data, and what a run of it left behind."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "worked-example"


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]
