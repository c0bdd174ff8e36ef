"""Files that a page sends: written as they come, into a folder that nobody sweeps while the request holds it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from sodu.values.limits import PAGE_UPLOAD_BYTES_MAX, PAGE_UPLOAD_FILES_MAX
from sodu.values.text import Message, mark as _

ACCOUNTS = "accounts"
"""The field of a form whose file is no data."""


class Uploads(FileUploadHandler):
    """Keeps each file under its own name, in a folder of its own; `trouble` says why it could not go on."""

    def __init__(self, request: HttpRequest, folder: Path) -> None:
        super().__init__(request)
        self._folder = folder
        self._bytes = 0
        self._file: BinaryIO | None = None
        self._path = folder
        self.paths: list[Path] = []
        self.accounts: Path | None = None
        """FOCUS: the file of account and partner."""
        self.trouble: Message | None = None

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        if len(self.paths) >= PAGE_UPLOAD_FILES_MAX:
            self._stop(Message(_("at most {most} files at once"), {"most": PAGE_UPLOAD_FILES_MAX}))
        # A name alone: whatever the sender's machine calls its folders.
        name = PurePosixPath((self.file_name or "").replace("\\", "/")).name.lstrip(".") or "unnamed"
        is_accounts = self.field_name == ACCOUNTS
        self._path = self._folder / (ACCOUNTS if is_accounts else str(len(self.paths))) / name
        self._path.parent.mkdir(exist_ok=is_accounts)
        if is_accounts:
            self.accounts = self._path
        else:
            self.paths.append(self._path)
        self._file = self._path.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came."""
        del start
        self._bytes += len(raw_data)
        if self._bytes > PAGE_UPLOAD_BYTES_MAX:
            most = PAGE_UPLOAD_BYTES_MAX // 1024**3
            said = _("these files are larger than {most} GiB together; load them with `sodu load` on the server")
            self._stop(Message(said, {"most": most}))
        assert self._file is not None
        try:
            self._file.write(raw_data)
        except OSError as error:
            self._stop(Message(_("the server could not keep the file: {reason}"), {"reason": error.strerror or ""}))

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file is there."""
        assert self._file is not None
        self._file.close()
        return UploadedFile(file=self._path.open("rb"), name=self._path.name, size=file_size)

    def upload_interrupted(self) -> None:
        """The sender has left."""
        if self._file is not None:
            self._file.close()

    def _stop(self, why: Message) -> None:
        self.trouble = why
        self.upload_interrupted()
        raise StopUpload(connection_reset=True)
