"""XLSX: one sheet a table, read in a process of its own with bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from sodu.values.errors import RowError
from sodu.values.limits import (
    SHEET_PACKING_RATIO_MAX,
    SHEET_PARTS_MAX,
    SHEET_READER_SECONDS_MAX,
    SHEET_UNPACKED_BYTES_MAX,
    SHEET_UPLOAD_BYTES_MAX,
)
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import BY_NAME, Table
from sodu.warehouse.loading.csv_source import relation
from sodu.warehouse.loading.header import check_header
from sodu.warehouse.loading.kept import Upload
from sodu.warehouse.loading.messages import MESSAGES
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.source import File, Source, Unreadable, fault

_SMALL_PART_BYTES = 4 * 1024**2


def open_sheets(upload: Upload, name: str, table: Table | None, zone: str | None, sieve: Sieve) -> list[Source]:
    """The tables of a workbook; with `table`, the sheet of that name, or the only one."""
    _check_package(upload.path, name)
    sheets = _read(upload.path, name, sieve)
    if table is not None:
        chosen = [sheet for sheet in sheets if sheet["name"] == table.name] or (sheets if len(sheets) == 1 else [])
        if not chosen:
            raise Unreadable([fault(name, None, "unknown_sheet", _("no sheet is named {sheet}"), sheet=table.name)])
        return [_source(File(upload, name, table, zone), chosen[0])]
    unknown = [sheet["name"] for sheet in sheets if sheet["name"] not in BY_NAME]
    if unknown or not sheets:
        template = _("sheet {sheet} is named as no table")
        raise Unreadable([fault(name, None, "unknown_sheet", template, sheet=sheet) for sheet in unknown or ["?"]])
    return [_source(File(upload, name, BY_NAME[sheet["name"]], zone), sheet) for sheet in sheets]


def _check_package(path: Path, name: str) -> None:
    """Refuse what would unpack to more than a workbook needs, before anything is unpacked."""
    too_large = Unreadable(
        [fault(name, None, "too_large", _("the workbook is larger, packed or unpacked, than is read"))]
    )
    if path.stat().st_size > SHEET_UPLOAD_BYTES_MAX:
        raise too_large
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _no_workbook(name) from None
    if len(parts) > SHEET_PARTS_MAX or sum(part.file_size for part in parts) > SHEET_UNPACKED_BYTES_MAX:
        raise too_large
    for part in parts:
        if part.file_size > max(_SMALL_PART_BYTES, part.compress_size * SHEET_PACKING_RATIO_MAX):
            raise too_large


def _no_workbook(name: str) -> Unreadable:
    return Unreadable([fault(name, None, "xlsx", _("the file is no XLSX workbook, or is damaged"))])


def _read(path: Path, name: str, sieve: Sieve) -> list[dict[str, str]]:
    """The sheets that are not empty, each written out as CSV."""
    folder = sieve.new_path("sheets")
    folder.mkdir()
    command = [sys.executable, "-m", "sodu.warehouse.loading.sheet_reader", str(path), str(folder)]
    try:
        reader = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=SHEET_READER_SECONDS_MAX, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        raise Unreadable([fault(name, None, "too_large", _("the workbook takes too long to read"))]) from None
    if reader.returncode:
        raise _no_workbook(name)
    said = json.loads(reader.stdout)
    errors = [
        RowError(name, row, column, code, Message(MESSAGES[code], {"column": column}), value)
        for row, column, code, value in said["faults"]
    ]
    if errors:
        raise Unreadable(errors, said["fault_count"])
    sheets: list[dict[str, str]] = said["sheets"]
    return sheets


def _source(file: File, sheet: dict[str, str]) -> Source:
    names: list[str] = json.loads(sheet["columns"])
    check_header(file.name, file.table, names)
    return Source(file, relation(Path(sheet["path"]), names), tuple(names))
