"""How long work tells what it is doing; the commands draw it."""

from __future__ import annotations

from typing import Protocol

from sodu.values.text import Text


class Progress(Protocol):
    """Called now and then with what is being done, how much of it is done, and how much there is."""

    def __call__(self, doing: Text, done: int, total: int) -> None:
        """Take note."""


def silent(doing: Text, done: int, total: int) -> None:
    """Progress that nobody watches."""
