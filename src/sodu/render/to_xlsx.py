"""Excel: a workbook that begins to leave before anything is known of its rows."""

from __future__ import annotations

from typing import BinaryIO

from sodu.render.options import Options
from sodu.render.zipstream import ZipStream
from sodu.reports.table import ResultTable

RELATIONS = "_rels/.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TARGETS = (
    (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
    (f"{_PACKAGE}/metadata/core-properties", "docProps/core.xml"),
    (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
)


def write(table: ResultTable, out: BinaryIO, options: Options) -> None:
    """Write the part that is the same in every workbook, and let it leave; then all others."""
    archive = ZipStream(out)
    archive.add(RELATIONS, relations())
    out.flush()
    # XlsxWriter, which this imports, takes longer than a reader should wait for the first bytes.
    from sodu.render.sheets import write_parts

    write_parts(table, archive, options, {RELATIONS})
    archive.close()


def relations() -> bytes:
    """Where in the archive a workbook begins, and its properties."""
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{type_}" Target="{target}"/>'
        for number, (type_, target) in enumerate(_TARGETS, start=1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="{_PACKAGE}">{targets}</Relationships>'.encode()
