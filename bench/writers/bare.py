"""The least that a streamed workbook takes: SQL to XML, isal, one sheet in a zip, by the same means as ours.

No translated words, no totals, no zone, no texts beyond `&<>`, no check of anything: what is more in ours is seen
beside it.
"""

from __future__ import annotations

import struct
import sys
from typing import BinaryIO

import duckdb
import pyarrow as pa
from isal import isal_zlib

_BATCH_ROWS = 8_192
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FILES = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Report" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def main() -> None:
    """Write the rows of the Arrow file that is named."""
    out, entries, place = sys.stdout.buffer, [], 0
    with pa.OSFile(sys.argv[1]) as file, pa.ipc.open_stream(file) as rows:
        for name, text in _FILES.items():
            entries.append(_member(out, name, iter([text.encode()]), place))
            place = entries[-1][-1]
        entries.append(_member(out, "xl/worksheets/sheet1.xml", _sheet(rows), place))
    place, size = entries[-1][-1], 0
    for name, offset, crc, packed, raw, _end in entries:
        head = struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 8, 8, 0, 33, crc, packed, raw, len(name), *([0] * 5), offset
        )
        size += out.write(head + name.encode())
    out.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), size, place, 0))


def _sheet(rows: pa.RecordBatchReader):
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    header = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in rows.schema.names)
    yield f"<row>{header}</row>".encode()
    cells = ", ".join(_cell(field) for field in rows.schema)
    engine = duckdb.connect(config={"threads": 1})
    engine.register("given", rows)
    for batch in engine.sql(f"SELECT concat('<row>', {cells}, '</row>') AS x FROM given").to_arrow_reader(_BATCH_ROWS):
        _valid, offsets, data = batch.column(0).buffers()
        yield memoryview(data)[: memoryview(offsets).cast("i")[len(batch)]]
    yield b"</sheetData></worksheet>"


def _cell(field: pa.Field) -> str:
    if pa.types.is_string(field.type):
        text = f"replace(replace(replace({field.name}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
        return f"""'<c t="inlineStr"><is><t xml:space="preserve">', {text}, '</t></is></c>'"""
    style, number = 2, f"{field.name}::VARCHAR"
    if pa.types.is_timestamp(field.type):
        style, number = 1, f"(epoch_us({field.name}) / 86400000000 + 25569)::VARCHAR"
    return f"""'<c s="{style}"><v>', {number}, '</v></c>'"""


def _member(out: BinaryIO, name: str, pieces, offset: int):
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 8, 8, 0, 33, 0, 0, 0, len(name), 0) + name.encode()
    out.write(head)
    deflate, crc, raw, packed = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15), 0, 0, 0
    for piece in pieces:
        crc, raw = isal_zlib.crc32(piece, crc), raw + len(piece)
        packed += out.write(deflate.compress(piece))
    packed += out.write(deflate.flush())
    out.write(struct.pack("<4s3I", b"PK\x07\x08", crc, packed, raw))
    return name, offset, crc, packed, raw, offset + len(head) + packed + 16


if __name__ == "__main__":
    main()
