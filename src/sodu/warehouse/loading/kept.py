"""The files that a load brings into the record, taken back unless the journal comes to name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sodu.values.text import mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal
from sodu.warehouse.loading.csv_marks import MarkReader, Marks, read_marks
from sodu.warehouse.loading.csv_proof import Proof
from sodu.warehouse.loading.pipe import Pipe
from sodu.warehouse.progress import Progress
from sodu.warehouse.store import Reader, Stored, forget, keep_batch, keep_upload

_CSV = ".csv"


class Upload:
    """A file as received. What an engine can read while it is kept is kept no sooner; `path` is where it is now."""

    def __init__(self, kept: Kept, received: Path) -> None:
        self.path = received
        self._marks: Marks | None = None
        self._kept = kept
        self._received = received
        self._sha256 = ""

    @property
    def is_csv(self) -> bool:
        """Whether it came by the name of a CSV file."""
        return self._received.suffix.lower() == _CSV

    @property
    def marks(self) -> Marks:
        """Those of a CSV file that is kept; read once more where nobody has needed them before."""
        assert self.is_kept, "marks are those of what is kept"
        self._marks = self._marks or read_marks(self.path)
        return self._marks

    @property
    def is_kept(self) -> bool:
        """Whether it is in the record's place."""
        return bool(self._sha256)

    @property
    def sha256(self) -> str:
        """What names it there."""
        assert self._sha256, "only what is kept has a name"
        return self._sha256

    def keep(self) -> None:
        """Keep it as it was received; read the marks of CSV while its bytes pass."""
        marks = MarkReader() if self.is_csv else None
        self._keep(*(marks.readers if marks else ()))
        self._marks = marks.marks if marks else None

    def keep_while(self, pipe: Pipe, proof: Proof, read: Callable[[], Path]) -> Path:
        """Keep it, and try to prove it, while `read` reads its bytes from the pipe; it is kept too where that fails."""
        with ThreadPoolExecutor(1) as pool:
            keeping = pool.submit(self._keep_into, pipe, proof)
            try:
                return read()
            finally:
                pipe.give_up()
                keeping.result()

    def _keep_into(self, pipe: Pipe, proof: Proof) -> None:
        def hand_on(chunk: bytes) -> None:
            # What is not proven is read again: the reader need not come to the end of it now.
            pipe.finish() if proof.fails else pipe.write(chunk)

        try:
            self._keep(proof.read, hand_on)
        finally:
            pipe.finish()

    def _keep(self, *readers: Reader) -> None:
        stored = self._kept.upload(self.path, readers)
        self._sha256, self.path = stored.sha256, stored.path


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

    def upload(self, path: Path, readers: Iterable[Reader] = ()) -> Stored:
        """Keep a file as it was received."""
        return self._remember(keep_upload(self._home, path, readers))

    def batch(self, path: Path) -> Stored:
        """Keep a finished batch."""
        return self._remember(keep_batch(self._home, path))

    def uploads(self, paths: list[Path], progress: Progress, *, read_once: bool) -> list[Upload]:
        """The files of a load, all kept but for CSV files that are `read_once`: those are kept by their reader."""
        uploads = []
        for index, path in enumerate(paths):
            progress(_("Keeping files"), index, len(paths))
            upload = Upload(self, path)
            uploads.append(upload)
            if not (read_once and upload.is_csv):
                upload.keep()
        return uploads

    def _remember(self, stored: Stored) -> Stored:
        if stored.is_new:
            self._new.append(stored)
        return stored
