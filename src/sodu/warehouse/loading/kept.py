"""The files that a load brings into the record, taken back unless the journal comes to name them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sodu.values.text import mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal
from sodu.warehouse.loading.csv_marks import MarkReader, Marks
from sodu.warehouse.progress import Progress
from sodu.warehouse.store import Stored, forget, keep_batch, keep_upload


@dataclass(frozen=True)
class Upload(Stored):
    """A file as received. `marks` are those of a CSV file."""

    marks: Marks | None = None


class Kept:
    """Keeps uploads and batches; on leaving, forgets the new ones that no journal row names."""

    def __init__(self, home: Home, journal: Journal) -> None:
        self._home = home
        self._journal = journal
        self._new: list[Stored] = []

    def __enter__(self) -> Self:
        """Begin with nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what nobody names, whatever ended the load: even after an interruption the journal knows."""
        rows = [row for row in self._journal.rows() if isinstance(row, BatchRow)] if self._new else []
        named = {sha256 for row in rows for sha256 in (row.upload_sha256, row.batch_sha256)}
        for stored in self._new:
            if stored.sha256 not in named:
                with suppress(OSError):
                    forget(self._home, stored)
        if kind is not None:
            self._home.sweep()

    def upload(self, path: Path) -> Upload:
        """Keep a file as it was received; read the marks of CSV while its bytes pass."""
        reader = MarkReader() if path.suffix.lower() == ".csv" else None
        kept = self._remember(keep_upload(self._home, path, reader.readers if reader else ()))
        return Upload(kept.sha256, kept.path, kept.bytes, kept.is_new, reader.marks if reader else None)

    def batch(self, path: Path) -> Stored:
        """Keep a finished batch."""
        return self._remember(keep_batch(self._home, path))

    def uploads(self, paths: list[Path], progress: Progress) -> list[Upload]:
        """Keep all files of a load."""
        stored = []
        for index, path in enumerate(paths):
            progress(_("Keeping files"), index, len(paths))
            stored.append(self.upload(path))
        return stored

    def _remember(self, stored: Stored) -> Stored:
        if stored.is_new:
            self._new.append(stored)
        return stored
