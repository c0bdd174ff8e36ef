"""The formats, one file each: what they are called, and what writes them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

from sodu.render.options import Options
from sodu.reports.table import ResultTable
from sodu.values.errors import WrongUsage
from sodu.values.text import Text, mark as _


@dataclass(frozen=True)
class Format:
    """One rendering. Its module is imported when it writes, since some are slow to import."""

    slug: str
    label: Text
    media_type: str
    suffix: str
    module: str

    def write(self, table: ResultTable, out: BinaryIO, options: Options) -> None:
        """Write the answer to a stream, in bounded memory; `out` need not be seekable."""
        import_module(self.module).write(table, out, options)


METADATA_SUFFIX = "-metadata.json"
"""What the name of the statement beside a CSV file adds to the file's."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = {
    each.slug: each
    for each in (
        Format("table", _("Table"), "text/plain; charset=utf-8", ".txt", "sodu.render.to_text"),
        Format("json", _("JSON"), "application/json", ".json", "sodu.render.to_json"),
        Format("csv", _("CSV"), "text/csv; charset=utf-8; header=present", ".csv", "sodu.render.to_csv"),
        Format("xlsx", _("Excel workbook"), _XLSX, ".xlsx", "sodu.render.to_xlsx"),
        Format("parquet", _("Parquet"), "application/vnd.apache.parquet", ".parquet", "sodu.render.to_parquet"),
    )
}


def by_slug(slug: str) -> Format:
    """The format of that name; raises WrongUsage where there is none."""
    if slug not in FORMATS:
        raise WrongUsage(_("format: '{value}' is none; use one of {choices}"), value=slug, choices=", ".join(FORMATS))
    return FORMATS[slug]
