"""Files of the record: immutable, named by the SHA-256 of their bytes, on disk before they are named."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from sodu.values.errors import Damaged
from sodu.values.text import mark as _
from sodu.warehouse.home import Home, sync_directory

_CHUNK_BYTES = 2 * 1024**2
_CHUNKS_AHEAD = 16
"""How far the fastest reader of a file that is kept may be ahead of the slowest: none need wait for each other's pauses."""
_BLOCK_BYTES = 4096

Reader = Callable[[bytes], None]
"""Looks at a file's chunks, one after the other."""


@dataclass(frozen=True)
class Stored:
    """A file of the record. `is_new` is whether this call brought it."""

    sha256: str
    path: Path
    bytes: int
    is_new: bool = True


def keep_upload(home: Home, path: Path, readers: Iterable[Reader] = ()) -> Stored:
    """Copy a file into uploads; what is kept is what was hashed, and what each reader saw, chunk by chunk."""
    staged = home.tmp / f"{uuid.uuid4().hex}.upload"
    with open(path, "rb", buffering=0) as source:
        target = _open_new(staged)
        try:
            sha256 = _copy(source, target, list(readers))
            os.fsync(target)
        finally:
            os.close(target)
    return _keep(staged, home.uploads / sha256, sha256)


def keep_batch(home: Home, staged: Path) -> Stored:
    """Move a finished Parquet file of tmp into batches."""
    with open(staged, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return _keep(staged, batch_path(home, sha256), sha256)


def batch_path(home: Home, sha256: str) -> Path:
    """Where a batch lies."""
    return home.batches / f"{sha256}.parquet"


def verified_batch(home: Home, sha256: str) -> Path:
    """A batch's path, once its bytes are what its name says; raises Damaged otherwise."""
    path = batch_path(home, sha256)
    verify(path, sha256)
    return path


def verify(path: Path, sha256: str) -> None:
    """Raise Damaged, naming the file, unless its bytes have that SHA-256."""
    try:
        with open(path, "rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise Damaged(_("{path} is missing; bring it back from a backup"), path=str(path)) from None
    if actual != sha256:
        raise Damaged(
            _("{path} is damaged: its SHA-256 is {actual}; bring it back from a backup"), path=str(path), actual=actual
        )


def forget(home: Home, stored: Stored) -> None:
    """Take back a file that no journal row came to name."""
    if stored.is_new and stored.path.is_relative_to(home.path):
        stored.path.unlink(missing_ok=True)


def _keep(staged: Path, path: Path, sha256: str) -> Stored:
    # Renamed even over a file of that name: the same bytes, or the mending of damaged ones.
    is_new = not path.exists()
    os.chmod(staged, 0o440)
    os.replace(staged, path)
    sync_directory(path.parent)
    return Stored(sha256, path, path.stat().st_size, is_new)


def _copy(source: FileIO, target: int, readers: list[Reader]) -> str:
    """Copy, hashing and reading beside the writing: what reads the copy's bytes need not read the copy."""
    digest = hashlib.sha256()
    busy: deque[list[Future[None]]] = deque()
    with ExitStack() as stack:
        threads = [(stack.enter_context(ThreadPoolExecutor(1)), read) for read in (digest.update, *readers)]
        view = stack.enter_context(memoryview(mmap.mmap(-1, _CHUNK_BYTES)))
        while size := _fill(source, view):
            chunk = bytes(view[:size])
            if len(busy) == _CHUNKS_AHEAD:
                _finish(busy.popleft())
            busy.append([thread.submit(read, chunk) for thread, read in threads])
            _write(target, view[:size])
        for chunk_read in busy:
            _finish(chunk_read)
    return digest.hexdigest()


def _open_new(path: Path) -> int:
    """A new file, written past the page cache where that can be: filling it costs more than all else that copying does."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with suppress(OSError):
        return os.open(path, flags | getattr(os, "O_DIRECT", 0), 0o600)
    path.unlink(missing_ok=True)
    return os.open(path, flags, 0o600)


def _fill(source: FileIO, view: memoryview) -> int:
    """Read until the view is full or the file ends; how much that was."""
    size = 0
    while size < len(view) and (read := source.readinto(view[size:])):
        size += read
    return size


def _write(target: int, chunk: memoryview) -> None:
    while chunk:
        if len(chunk) % _BLOCK_BYTES:
            # The end of a file is no whole block, which only the page cache takes.
            fcntl.fcntl(target, fcntl.F_SETFL, fcntl.fcntl(target, fcntl.F_GETFL) & ~getattr(os, "O_DIRECT", 0))
        chunk = chunk[os.write(target, chunk) :]


def _finish(futures: list[Future[None]]) -> None:
    for future in futures:
        future.result()
