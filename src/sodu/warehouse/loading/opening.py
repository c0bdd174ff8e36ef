"""Opens a file by its format: the rows of one table, or of several where its sheets are tables."""

from __future__ import annotations

from collections.abc import Callable

from sodu.warehouse.loading.csv_source import open_csv
from sodu.warehouse.loading.files import Found
from sodu.warehouse.loading.focus import open_focus
from sodu.warehouse.loading.json_source import open_json_lines
from sodu.warehouse.loading.kept import Upload
from sodu.warehouse.loading.parquet_source import open_parquet
from sodu.warehouse.loading.request import LoadRequest
from sodu.warehouse.loading.sheet_source import open_sheets
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.source import File, Source

_OPENERS: dict[str, Callable[[File, Sieve], Source]] = {
    ".csv": open_csv,
    ".parquet": open_parquet,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
}


def open_file(found: Found, upload: Upload, request: LoadRequest, sieve: Sieve) -> list[Source]:
    """The sources of a file; raises Unreadable where it is not what its name says."""
    if request.source == "focus":
        return open_focus(found, upload, request, sieve)
    suffix = found.path.suffix.lower()
    if suffix == ".xlsx":
        return open_sheets(upload, found.path.name, found.table, request.zone, sieve)
    assert found.table, "only workbooks and FOCUS files tell their tables themselves"
    return [_OPENERS[suffix](File(upload, found.path.name, found.table, request.zone), sieve)]
