"""A named pipe: hands a file's bytes to the engine while they are kept, so that what is read is what was hashed."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import threading
import time
from contextlib import suppress
from pathlib import Path

_POLL_SECONDS = 0.1
_OPEN_POLL_SECONDS = 0.001
_PIPE_BYTES = 1024**2


class Pipe:
    """Written by one thread, read by whoever opens its path; once that one is done nothing waits for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_over = threading.Event()
        self._descriptor: int | None = None
        os.mkfifo(path, 0o600)

    def write(self, chunk: bytes) -> None:
        """Hand on a chunk, once there is room for it; to nobody where the reader is gone, or was told that it has all."""
        rest = memoryview(chunk)
        descriptor = self._opened()
        while rest and descriptor is not None and not self._is_over.is_set():
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                select.select([], [descriptor], [], _POLL_SECONDS)
            except BrokenPipeError:
                self.give_up()

    def finish(self) -> None:
        """Say that there are no more chunks: a reader would wait for ever for a pipe that nobody has opened."""
        descriptor = self._opened()
        self._is_over.set()
        if descriptor is not None:
            self._descriptor = None
            os.close(descriptor)

    def give_up(self) -> None:
        """Say that nobody reads any more."""
        self._is_over.set()
        with suppress(FileNotFoundError):
            self.path.unlink()

    def _opened(self) -> int | None:
        while self._descriptor is None and not self._is_over.is_set():
            try:
                self._descriptor = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
                self._enlarge(self._descriptor)
            except OSError as error:
                # No such device: nobody has opened it to read. No such file: given up meanwhile.
                if error.errno not in (errno.ENXIO, errno.ENOENT):
                    raise
                time.sleep(_OPEN_POLL_SECONDS)
        return self._descriptor

    @staticmethod
    def _enlarge(descriptor: int) -> None:
        """Let more be on its way, so that writer and reader wake each other less often; a system may not allow it."""
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
