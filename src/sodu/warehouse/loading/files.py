"""Which files a load is of, and the table of each: told by its name, or by the request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sodu.values.errors import WrongUsage
from sodu.values.limits import UPLOAD_BYTES_MAX
from sodu.values.text import mark as _
from sodu.warehouse.facts import BY_NAME, TABLES, Table
from sodu.warehouse.loading.request import LoadRequest

SUFFIXES = (".csv", ".parquet", ".xlsx", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Found:
    """A file, and the table that its name or the request tells; None where its sheets tell it, or FOCUS does."""

    path: Path
    table: Table | None


def find_files(request: LoadRequest) -> list[Found]:
    """The files of a load, in the order of tables, then as they were named; raises WrongUsage where there are none."""
    if not request.paths:
        raise WrongUsage(_("load: name the files or folders to load"))
    found = [_told(path, request) for given in request.paths for path in _within(given)]
    for file in found:
        if file.path.stat().st_size > UPLOAD_BYTES_MAX:
            raise WrongUsage(
                _("load: {path} is larger than {limit} bytes"), path=str(file.path), limit=UPLOAD_BYTES_MAX
            )
    return sorted(found, key=lambda file: TABLES.index(file.table) if file.table else -1)


def _within(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(child for child in path.iterdir() if child.suffix.lower() in SUFFIXES and child.is_file())
        if not files:
            raise WrongUsage(_("load: there is nothing to load in {path}"), path=str(path))
        return files
    if not path.is_file():
        raise WrongUsage(_("load: there is no file {path}"), path=str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise WrongUsage(
            _("load: {path} is none of the formats that are read: {formats}"),
            path=str(path),
            formats=", ".join(SUFFIXES),
        )
    return [path]


def _told(path: Path, request: LoadRequest) -> Found:
    if request.source == "focus":
        return Found(path, None)
    if request.table is not None:
        if request.table not in BY_NAME:
            raise WrongUsage(
                _("load: '{table}' is no table; use one of {tables}"), table=request.table, tables=", ".join(BY_NAME)
            )
        return Found(path, BY_NAME[request.table])
    if path.suffix.lower() == ".xlsx":
        return Found(path, None)
    # credit_entries-2026-10.csv, charges_new.csv, charges.2026.csv: the table's name, then anything but a letter.
    stem = path.name.lower()
    for name, table in BY_NAME.items():
        if stem.startswith(name) and not stem[len(name)].isalnum():
            return Found(path, table)
    raise WrongUsage(
        _("load: the name of {path} tells no table; name it as one of {tables}, or give --table"),
        path=str(path),
        tables=", ".join(BY_NAME),
    )
