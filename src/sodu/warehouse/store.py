"""Files of the record: immutable, named by the SHA-256 of their bytes, on disk before they are named."""

from __future__ import annotations

import hashlib
import itertools
import os
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from sodu.values.errors import Damaged
from sodu.values.text import mark as _
from sodu.warehouse.home import Home, sync_directory

_CHUNK_BYTES = 2 * 1024**2
_SYNC_BYTES = 64 * 1024**2

Reader = Callable[[bytearray], None]
"""Looks at a file's chunks, one after the other, before they are overwritten."""


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
    with open(path, "rb", buffering=0) as source, open(staged, "wb", buffering=0) as target:
        sha256 = _copy(source, target, list(readers))
        os.fsync(target.fileno())
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


def _copy(source: FileIO, target: FileIO, readers: list[Reader]) -> str:
    """Copy, hashing and reading beside the writing, and syncing as it goes: the last sync then finds little to do."""
    digest = hashlib.sha256()
    unsynced = 0
    syncing: Future[None] | None = None
    # Two buffers for all of the file: while one is hashed the other is filled, and neither is made anew.
    buffers = (bytearray(_CHUNK_BYTES), bytearray(_CHUNK_BYTES))
    busy: tuple[list[Future[None]], list[Future[None]]] = ([], [])
    with ThreadPoolExecutor(1) as syncs, ExitStack() as stack:
        threads = [(stack.enter_context(ThreadPoolExecutor(1)), read) for read in (digest.update, *readers)]
        for turn in itertools.cycle((0, 1)):
            _finish(busy[turn])
            size = source.readinto(buffers[turn])
            if not size:
                break
            chunk = buffers[turn] if size == _CHUNK_BYTES else buffers[turn][:size]
            busy[turn].extend(thread.submit(read, chunk) for thread, read in threads)
            _write(target, chunk)
            unsynced += size
            if unsynced >= _SYNC_BYTES and (syncing is None or syncing.done()):
                syncing, unsynced = syncs.submit(os.fdatasync, target.fileno()), 0
        _finish([*busy[0], *busy[1], *([syncing] if syncing else [])])
    return digest.hexdigest()


def _write(target: FileIO, chunk: bytearray) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[target.write(rest) :]


def _finish(futures: list[Future[None]]) -> None:
    for future in futures:
        future.result()
    futures.clear()
