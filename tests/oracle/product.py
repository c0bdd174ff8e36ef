"""How the product is asked: a protocol, and its command line interface."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from .random_questions import arguments

Reply = Mapping[str, object]

DONE, CHECK_FAILED = 0, 3


class ProductError(Exception):
    """The product refused what it should take, or did not answer in its own form."""


class Product(Protocol):
    """What the comparison needs of the product. Tests may plug in one that runs in this process."""

    def load(self, folder: Path) -> int:
        """Load a folder of CSV files and say the journal number after it."""

    def report(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> Reply:
        """The answer of a report, in the form of `--format json`, as known at a journal number."""

    def repeat(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> str:
        """The command that asks the same again."""


class CommandLine:
    """The product by its command line."""

    def __init__(self, command: Sequence[str], home: Path, now: datetime) -> None:
        """Ask this command, with its data in `home`, at this instant."""
        self._command = [*command, "--home", str(home)]
        self._now = now.isoformat()

    def load(self, folder: Path) -> int:
        """Load a folder; the journal number is the highest of its batches."""
        reply = self._run(["load", str(folder), "--json"], (DONE,))
        batches = reply.get("batches")
        if not isinstance(batches, list) or not batches:
            raise ProductError(f"load of {folder} names no batches: {reply}")
        return max(int(batch["seq"]) for batch in batches)

    def report(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> Reply:
        """The answer of a report, written even where one of its checks fails."""
        return self._run(self._report(slug, conditions, journal), (DONE, CHECK_FAILED))

    def repeat(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> str:
        """The command with its instant, quoted for a shell."""
        words = [*self._command, *self._report(slug, conditions, journal)]
        return " ".join([f"SODU_NOW={self._now}", *map(_quoted, words)])

    def _report(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> list[str]:
        known_at = [] if journal is None else ["--as-known-at", str(journal)]
        return ["report", *arguments(slug, conditions), *known_at, "--format", "json"]

    def _run(self, words: Sequence[str], accepted: Sequence[int]) -> Reply:
        done = subprocess.run(
            [*self._command, *words],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, "SODU_NOW": self._now},
        )
        if done.returncode not in accepted:
            shown = (done.stderr.strip() or done.stdout.strip())[:2000]
            raise ProductError(f"exit status {done.returncode}: {shown}")
        try:
            reply = json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise ProductError(f"not JSON ({error}): {done.stdout[:500]}") from error
        if not isinstance(reply, dict):
            raise ProductError(f"not an object: {done.stdout[:500]}")
        return reply


def _quoted(word: str) -> str:
    """A word for bash: with $'…' where it holds what cannot be seen."""
    if word.isascii() and word.replace("-", "").replace("=", "").replace("/", "").isalnum():
        return word
    if word.isprintable():
        return "'" + word.replace("'", "'\\''") + "'"
    escaped = word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    shown = (c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped)
    return f"$'{''.join(shown)}'"
