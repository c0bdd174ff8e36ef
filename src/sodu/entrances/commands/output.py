"""Where an answer is written: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sodu.entrances.commands.command import Say
from sodu.values.errors import RowError


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """A stream of bytes to a file, or to standard output where there is none.

    The file is written under another name and renamed when it is whole; what stood there stands until then.
    """
    if path is None:
        yield sys.stdout.buffer
        return
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe: nothing to be renamed over
        with open(target, "wb") as stream:
            yield stream
        return
    staged = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(staged, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, target)
    finally:
        staged.unlink(missing_ok=True)


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows of short texts, a line each, with the columns under each other."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def row_error(error: RowError, say: Say) -> str:
    """A broken rule in one line: file, row, column, code, what it says, and the value."""
    place = ":".join(str(part) for part in (error.file, error.row, error.column) if part is not None)
    value = "" if error.value is None else f" ({error.value!r})"
    return " ".join(f"{place}: {error.code}: {say(error.message)}{value}".split())
