"""How an answer is rendered: what the reader chose, apart from the question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """The reader's choices; each format takes what concerns it."""

    language: str = "en"
    bom: bool = False
    """CSV: begin with a byte order mark, which Excel needs to read UTF-8."""
    width: int | None = None
    """Table: characters of the terminal's line; None for as wide as needed."""
    color: bool = False
    """Table: whether the terminal shows colour."""
