"""The journal's chain: rows with the hash of the one before, so that what was written cannot change unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sodu.values.errors import Busy, Damaged
from sodu.values.text import Message, mark as _

Head = tuple[int, str]
"""The last row's number and hash, as the database keeps them beside the rows: (0, "") before the first."""


@dataclass(frozen=True)
class ChainedRow:
    """A row as read, its hash verified."""

    seq: int
    content: str
    hash: str


class ChainPort(Protocol):
    """What a database that keeps the journal must do. Threads may share one; each call sees what others committed."""

    def read_new(self) -> list[ChainedRow]:
        """The rows since the last call, verified against it; raises Damaged at the first that is wrong."""

    def append(self, contents: Sequence[str], expected_head: int) -> None:
        """Write rows, all or none, on disk when this returns; raises Busy if the head has moved."""


class Tail:
    """How far a chain was read: what is read next is verified against it."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.seq, self._hash = 0, ""

    def is_at(self, head: Head) -> bool:
        """Whether there is nothing new."""
        return (self.seq, self._hash) == head

    def advance(self, texts: Sequence[tuple[int, Any, str]], head: Head) -> list[ChainedRow]:
        """The rows after this one, up to the head; raises Damaged where they are not what was written."""
        rows, previous = [], self._hash
        for expected, (seq, content, hashed) in enumerate(texts, self.seq + 1):
            if seq != expected or not isinstance(content, str) or row_hash(previous, content) != hashed:
                raise damaged(self._place, Message(_("row {seq} is not what was written"), {"seq": expected}))
            rows.append(ChainedRow(seq, content, hashed))
            previous = hashed
        last = rows[-1].seq if rows else self.seq
        if (last, previous) != head:
            raise damaged(self._place, Message(_("rows after {seq} are lost"), {"seq": last}))
        self.seq, self._hash = head
        return rows


def row_hash(previous: str, content: str) -> str:
    """The hash of a row: over the hash before it and its content."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def chained(head: Head, contents: Sequence[str]) -> list[ChainedRow]:
    """The rows that contents become after a head."""
    rows: list[ChainedRow] = []
    seq, previous = head
    for content in contents:
        seq, previous = seq + 1, row_hash(previous, content)
        rows.append(ChainedRow(seq, content, previous))
    return rows


def moved() -> Busy:
    """What a writer is told who comes too late."""
    return Busy(_("another process has written to the journal meanwhile; try again"))


def damaged(place: str, found: Message) -> Damaged:
    """What a reader is told of a journal that is not what was written."""
    return Damaged(_("{path} is damaged: {found}; bring it back from a backup"), path=place, found=found)
