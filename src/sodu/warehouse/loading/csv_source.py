"""CSV: every column read as text; what the engine is lenient about is found and refused."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from sodu.values.limits import CSV_LINE_BYTES_MAX
from sodu.values.text import mark as _
from sodu.warehouse.loading.cells import cells_of, extras_of
from sodu.warehouse.loading.csv_faults import find_faults
from sodu.warehouse.loading.csv_proof import Proof
from sodu.warehouse.loading.header import check_header
from sodu.warehouse.loading.pipe import Pipe
from sodu.warehouse.loading.rules import TEXTS
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.source import File, Passing, Source, Unreadable, fault


def open_csv(file: File, sieve: Sieve) -> Source:
    """The rows of a CSV file; raises Unreadable for a header that is not the table's."""
    path = file.upload.path
    names = read_header(path, file.name)
    check_header(file.name, file.table, names)
    if not file.upload.is_kept:
        pipe, empty = Pipe(sieve.new_path("csv")), sieve.new_path("csv")
        # The engine reads one file with as many threads as its size tells, a pipe with one; several with all it has.
        empty.write_text(",".join(map(named, names)) + "\n", encoding="utf-8")
        source = Source(file, relation(pipe.path, names, empty), tuple(names))
        cells = {cell.field.name: cell for cell in (*cells_of(source), *extras_of(source))}
        proof = Proof(_first_line(path), [cells[name] for name in names])
        return replace(source, passing=Passing(pipe, proof, lambda: open_csv(file, sieve)))
    return watched(Source(file, relation(path, names), tuple(names)), names)


def watched(source: Source, names: list[str]) -> Source:
    """A source that comes from a CSV file with these columns, and says what is wrong with the file."""
    return replace(
        source, sheds=partial(_sheds, (source.file, names)), explain=partial(_explain, source.file, len(names))
    )


def read_header(path: Path, name: str) -> list[str]:
    """The names of the columns of a CSV file."""
    with path.open("rb") as file:
        start = file.read(CSV_LINE_BYTES_MAX)
    if not start:
        raise Unreadable([fault(name, None, "empty_file", _("the file is empty"))])
    # Only the header must be legal here; the rest is the engine's to read.
    text = io.StringIO(start.decode("utf-8-sig", errors="surrogateescape"), newline="")
    try:
        names = next(csv.reader(text, strict=True), [])
        "".join(names).encode()
    except UnicodeEncodeError:
        raise Unreadable([fault(name, 1, "encoding", _("the file is not UTF-8"))]) from None
    except csv.Error:
        raise Unreadable([fault(name, 1, "csv", _("the header is not RFC 4180"))]) from None
    if not names:
        raise Unreadable([fault(name, 1, "empty_file", _("the file has no header"))])
    return names


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(CSV_LINE_BYTES_MAX)


def relation(path: Path, names: list[str], *more: Path) -> str:
    """A CSV file, and what comes after it, as a relation of texts."""
    paths = ", ".join(map(quoted, (path, *more)))
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv([{paths}], auto_detect=false, header=true, strict_mode=true, delim=',', quote='\"', "
        f"escape='\"', columns={{{columns}}}, max_line_size={CSV_LINE_BYTES_MAX})"
    )


def _sheds(read: tuple[File, list[str]], sieve: Sieve, staged: Path, rows: int) -> Unreadable | None:
    """The engine takes a comma too many at a row's end and trims blanks before a quote: so count the commas.

    Every record has as many commas as columns less one, besides those inside its values.
    """
    file, names = read
    marks = file.upload.marks
    expected = (len(names) - 1) * (rows + 1) + sum(name.count(",") for name in names)
    if marks.has_quotes:
        expected += _commas_within(file, names, sieve, staged)
    if marks.commas == expected and not marks.has_space_before_quote:
        return None
    faults, count = find_faults(file.upload.path, file.name, len(names))
    return Unreadable(faults, count) if faults else None


def _commas_within(file: File, names: list[str], sieve: Sieve, staged: Path) -> int:
    """The commas inside values: of texts, as they were staged; numbers and instants have none."""
    texts = [field.name for field in file.table.fields if field.type in TEXTS and field.name in names]
    source = f"read_parquet({quoted(staged)})"
    if set(names) - {field.name for field in file.table.fields}:
        # Columns of the sender's own are staged as JSON, whose commas are more.
        texts, source = names, relation(file.upload.path, names)
    # Few texts hold any: it costs less to look for one than to take them out.
    within = "sum(CASE WHEN contains({0}, ',') THEN strlen({0}) - strlen(replace({0}, ',', '')) END)"
    sums = ", ".join(within.format(text) for text in map(named, texts))
    return sum(int(commas or 0) for commas in sieve.run(f"SELECT {sums} FROM {source}")[0])


def _explain(file: File, columns: int, error: Exception) -> Unreadable:
    faults, count = find_faults(file.upload.path, file.name, columns)
    if faults:
        return Unreadable(faults, count)
    line = re.search(r"Line: ([0-9]+)", str(error))
    row = int(line[1]) if line else None
    return Unreadable([fault(file.name, row, "csv", _("the file is not RFC 4180 from about this line on"))])
