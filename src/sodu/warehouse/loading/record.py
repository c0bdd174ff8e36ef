"""What the record holds of a table: its batches' rows, once their files are found to be undamaged."""

from __future__ import annotations

from sodu.warehouse.engine import Known
from sodu.warehouse.facts import EXTRA, SQL_TYPES, Table
from sodu.warehouse.home import Home
from sodu.warehouse.journal import BatchRow, Journal
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.store import verified_batch


class Record:
    """The batches that count, as relations of the sieve."""

    def __init__(self, home: Home, journal: Journal, sieve: Sieve, replaces: int | None) -> None:
        self.known: Known = journal.known()
        self._home = home
        self._sieve = sieve
        self._batches = [row for row in journal.batches(self.known) if row.seq != replaces]
        self._opened: set[str] = set()

    def batches(self, table: Table) -> list[BatchRow]:
        """The batches of a table, in order."""
        return [row for row in self._batches if row.table == table.name]

    def relation(self, table: Table) -> str:
        """The rows of a table with `_seq`, `_source` (null) and `_row`; raises Damaged for a file that is not whole."""
        name = f"record_{table.name}"
        if name not in self._opened:
            self._opened.add(name)
            self._sieve.run(f"CREATE TEMP VIEW {name} AS {self._select(table)}")
        return name

    def _select(self, table: Table) -> str:
        batches = self.batches(table)
        if not batches:
            return f"SELECT 0 AS _seq, 0 AS _row, {_columns(table)} LIMIT 0"
        files = {str(verified_batch(self._home, row.batch_sha256)): row.seq for row in batches}
        seqs = ", ".join(f"({quoted(path)}, {seq})" for path, seq in files.items())
        paths = ", ".join(map(quoted, files))
        return (
            "SELECT seqs.seq AS _seq, file_row_number AS _row, rows.* EXCLUDE (filename, file_row_number) "
            f"FROM read_parquet([{paths}], filename=true, file_row_number=true) AS rows "
            f"JOIN (VALUES {seqs}) AS seqs(path, seq) ON seqs.path = rows.filename"
        )


def _columns(table: Table) -> str:
    """An empty batch of a table."""
    types = [(field.name, SQL_TYPES[field.type]) for field in table.fields]
    types += [*table.derived, (EXTRA, "VARCHAR")]
    return ", ".join(f"CAST(NULL AS {type_}) AS {named(name)}" for name, type_ in types)
