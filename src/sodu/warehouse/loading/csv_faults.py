"""Finds where a CSV file breaks RFC 4180: read only once the engine has refused the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sodu.values.errors import RowError
from sodu.values.limits import CSV_LINE_BYTES_MAX, ERRORS_SHOWN_MAX
from sodu.values.text import Text, mark as _
from sodu.warehouse.loading.source import fault

_FIELD = rb'(?:"(?:[^"]|"")*"|[^",]*)'
_QUOTED = re.compile(rb'"(?:[^"]|"")*"')
_RECORD = re.compile(rb"%s(?:,%s)*" % (_FIELD, _FIELD))


def find_faults(path: Path, name: str, columns: int) -> tuple[list[RowError], int]:
    """The first faults, and the count of all. A record is a row, however many lines it takes."""
    found: list[RowError] = []
    count = 0
    ends = None
    for row, record in enumerate(_records(path), start=1):
        end = b"\r\n" if record.endswith(b"\r\n") else b"\n" if record.endswith(b"\n") else ends
        ends = ends or end
        said = (_("lines end in different ways"), "line_ends", {}) if end != ends else _fault(record, columns)
        if said:
            template, code, parameters = said
            count += 1
            if len(found) < ERRORS_SHOWN_MAX:
                found.append(fault(name, row, code, template, **parameters))
    return found, count


def _fault(record: bytes, columns: int) -> tuple[Text, str, dict[str, object]] | None:
    content = record.removesuffix(b"\n").removesuffix(b"\r")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _("the row is not UTF-8"), "encoding", {}
    if not _RECORD.fullmatch(content) or b"\r" in _QUOTED.sub(b"", content):
        return _("the row's quotes or line ends are not RFC 4180"), "csv", {}
    found = _QUOTED.sub(b"", content).count(b",") + 1
    if found != columns:
        return (
            _("the row has {found} values where the header has {columns}"),
            "ragged",
            {
                "found": found,
                "columns": columns,
            },
        )
    return None


def _records(path: Path) -> Iterator[bytes]:
    """The records that are not blank, with their line ends; a quote that nobody closes takes the rest."""
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        record = b""
        for line in file:
            record += line
            if record.count(b'"') % 2 == 0 or len(record) > CSV_LINE_BYTES_MAX:
                if record.strip(b"\r\n"):
                    yield record
                record = b""
        if record:
            yield record
