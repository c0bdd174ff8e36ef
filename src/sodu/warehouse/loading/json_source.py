"""JSON lines: an object a line, its values texts or numbers, written out as the CSV that the engine reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sodu.values.errors import RowError
from sodu.values.limits import CSV_LINE_BYTES_MAX, ERRORS_SHOWN_MAX
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.loading.csv_source import relation
from sodu.warehouse.loading.header import check_header
from sodu.warehouse.loading.messages import MESSAGES
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.source import File, Source, Unreadable, fault


def open_json_lines(file: File, sieve: Sieve) -> Source:
    """The rows of a file of JSON lines; raises Unreadable for lines that are no flat objects."""
    names = _names(file)
    # A column that no line has is empty in all of them: its own rule says whether it may be.
    names = list(dict.fromkeys([*(field.name for field in file.table.fields if field.required), *names]))
    check_header(file.name, file.table, names)
    path = sieve.new_path("csv")
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(names)
        for _line, values in _objects(file.upload.path):
            writer.writerow([values.get(name) for name in names])
    return Source(file, relation(path, names), tuple(names), first_row=1)


def _names(file: File) -> list[str]:
    """The names of all values of all lines, once every line is found to be a flat object."""
    names: dict[str, None] = {}
    errors: list[RowError] = []
    count = 0
    try:
        for line, values in _objects(file.upload.path):
            names.update(dict.fromkeys(values))
            for name, value in values.items():
                if not (value is None or isinstance(value, str)):
                    count += 1
                    if len(errors) < ERRORS_SHOWN_MAX:
                        errors.append(RowError(file.name, line, name, "cell", _message(name), json.dumps(value)))
    except _NoObject as error:
        raise Unreadable([fault(file.name, error.line, error.code, error.template)]) from error
    if errors:
        raise Unreadable(errors, count)
    if not names:
        raise Unreadable([fault(file.name, None, "empty_file", _("the file is empty"))])
    return list(names)


def _message(name: str) -> Message:
    return Message(MESSAGES["cell"], {"column": name})


class _NoObject(Exception):
    def __init__(self, line: int, code: str, template: Text) -> None:
        super().__init__(code)
        self.line, self.code, self.template = line, code, template


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line that is not blank, numbers as they are written."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(CSV_LINE_BYTES_MAX), b""), start=1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not text.strip():
                raise _NoObject(number, "json", _("the line is blank"))
            yield number, _object(number, text)


def _object(number: int, line: bytes) -> dict[str, Any]:
    try:
        text = line.decode()
        values = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_without_twins
        )
        if not isinstance(values, dict):
            raise _NoObject(number, "json", _("the line is no JSON object"))
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeError:
        raise _NoObject(number, "encoding", _("the row is not UTF-8")) from None
    except _TwinNames:
        raise _NoObject(number, "duplicate_column", _("the line names a value twice")) from None
    except (ValueError, RecursionError):
        raise _NoObject(number, "json", _("the line is no JSON object")) from None
    return values


class _TwinNames(Exception):
    pass


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _TwinNames
    return values


def _no_number(text: str) -> str:
    raise ValueError(text)
