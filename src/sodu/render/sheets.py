"""The parts of a workbook: rows are made as XML by columns and compressed as they come; all else is XlsxWriter's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import pyarrow as pa

from sodu.render.options import Options
from sodu.render.sheet_rows import RowStyle, cut_long_texts, sheet_row, style_names
from sodu.render.tally import Tally, summed
from sodu.render.total_rows import rows_needed
from sodu.render.workbook import Parts, Workbook
from sodu.render.zipstream import Member, ZipStream
from sodu.reports.table import ResultTable
from sodu.values import limits
from sodu.warehouse.row_texts import row_texts
from sodu.warehouse.texts import small


def write_parts(table: ResultTable, archive: ZipStream, options: Options, written: set[str]) -> None:
    """Write the sheets of rows in a stream, then what states their count, sums and hash; all but what is written."""
    tally = Tally()
    parts = Workbook(table, options.language, tally).parts()
    rows = _Rows(table, options, tally, archive, parts)
    rows.write()
    final = Workbook(table, options.language, tally).parts()
    if final.styles(style_names(table)) != parts.styles(style_names(table)):
        raise AssertionError("the styles that rows were written with must not hang on the rows")
    rows.end_sheet(final)
    for index, member in enumerate(rows.spooled):
        name = final.sheet_name(index, flat=True)
        member.write(final.tail(name, 0))
        member.close()
        archive.copy(member, name)
        member.out.close()
    written |= {final.sheet_name(index) for index in range(len(tally.sheets))}
    written |= {final.sheet_name(index, flat=True) for index in range(len(rows.spooled))}
    for name in final.files:
        if name not in written:
            archive.add(name, final.files[name])


@dataclass
class _Rows:
    """The sheets of rows on their way into the archive, and their flat copies beside them."""

    table: ResultTable
    options: Options
    tally: Tally
    archive: ZipStream
    parts: Parts
    spooled: list[Member] = field(default_factory=list)
    sheet: Member = field(init=False)

    def write(self) -> None:
        """Write all rows; the last sheet is left open for its totals."""
        styles = self.parts.styles(style_names(self.table))
        language = self.options.language
        people = RowStyle(styles, language, for_people=True)
        report, data = sheet_row(self.table, people), None
        if self.table.rows_by_currency:
            data = sheet_row(self.table, RowStyle(styles, language, for_people=False))
        names = summed(self.table)
        self._begin_sheet()
        for batch in small(self.table.batches):
            for piece in self._by_sheet(batch):
                shown, cut = cut_long_texts(piece)
                self.tally.cut += cut
                self.tally.take(piece, names)
                for texts in row_texts(report, shown):
                    self.sheet.write(texts)
                for texts in row_texts(data, shown) if data else ():
                    self.spooled[-1].write(texts)
        if self.tally.sheets[-1] + 1 + rows_needed(self.table) > limits.SHEET_ROWS_MAX:
            self._next_sheet()

    def end_sheet(self, parts: Parts) -> None:
        """End the sheet that is open."""
        self.sheet.write(parts.tail(parts.sheet_name(len(self.tally.sheets) - 1), self.tally.sheets[-1]))
        self.archive.end(self.sheet)

    def _by_sheet(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The batch in pieces that fit into the sheets, each begun when it is needed."""
        start = 0
        while start < batch.num_rows:
            room = limits.SHEET_ROWS_MAX - 1 - self.tally.sheets[-1]
            if room <= 0 or self.sheet.raw_size > limits.SHEET_XML_BYTES_MAX:
                self._next_sheet()
                continue
            yield batch.slice(start, room) if start or room < batch.num_rows else batch
            start += room

    def _next_sheet(self) -> None:
        # The sheet that ends has no totals: they stand on the last one, which the tally says is another.
        ended = len(self.tally.sheets) - 1
        self.tally.sheets.append(0)
        parts = Workbook(self.table, self.options.language, self.tally).parts()
        self.sheet.write(parts.tail(parts.sheet_name(ended), 0))
        self.archive.end(self.sheet)
        self.parts = parts
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        index = len(self.tally.sheets) - 1
        name = self.parts.sheet_name(index)
        self.sheet = self.archive.begin(name)
        self.sheet.write(self.parts.head(name))
        if self.table.rows_by_currency:
            spool = cast("BinaryIO", SpooledTemporaryFile(limits.SPOOL_MEMORY_BYTES))  # noqa: SIM115
            self.spooled.append(Member("", spool))
            self.spooled[-1].write(self.parts.head(self.parts.sheet_name(index, flat=True)))
