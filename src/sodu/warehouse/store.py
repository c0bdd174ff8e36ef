"""Files of the record: immutable, named by the SHA-256 of their bytes, on disk before they are named."""

from __future__ import annotations

import hashlib
import os
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sodu.values.errors import Damaged
from sodu.values.text import mark as _
from sodu.warehouse.home import Home, sync_directory

_CHUNK_BYTES = 4 * 1024**2
_SYNC_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Stored:
    """A file of the record. `is_new` is whether this call brought it."""

    sha256: str
    path: Path
    bytes: int
    is_new: bool = True


def keep_upload(home: Home, path: Path) -> Stored:
    """Copy a file into uploads; what is kept is what was hashed."""
    staged = home.tmp / f"{uuid.uuid4().hex}.upload"
    with open(path, "rb") as source, open(staged, "wb") as target:
        sha256 = _copy(source, target)
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


def _copy(source: BinaryIO, target: BinaryIO) -> str:
    """Copy, hashing beside the writing and syncing as it goes: the last sync then finds little to do."""
    digest = hashlib.sha256()
    unsynced, syncing = 0, None
    with ThreadPoolExecutor(2) as threads:
        while chunk := source.read(_CHUNK_BYTES):
            hashing = threads.submit(digest.update, chunk)
            target.write(chunk)
            unsynced += len(chunk)
            if unsynced >= _SYNC_BYTES and (syncing is None or syncing.done()):
                syncing, unsynced = threads.submit(os.fdatasync, target.fileno()), 0
            hashing.result()
        _finish(syncing)
    return digest.hexdigest()


def _finish(syncing: Future[None] | None) -> None:
    if syncing is not None:
        syncing.result()
