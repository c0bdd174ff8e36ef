"""The rows of one table in a load: from all its files, told apart by what has become of them."""

from __future__ import annotations

from collections.abc import Sequence

from sodu.warehouse.facts import Table
from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.staging import Staged

LOAD_SEQ = 1 << 40
"""In the place of a journal number: rows of a load come after the record's."""

_NONE = "SELECT 0 AS _source, 0::BIGINT AS _row, {columns} FROM {record} LIMIT 0"


class Stage:
    """Relations over the staged sources of a table, in the order of sources and rows."""

    def __init__(self, sieve: Sieve, table: Table, record: str, sources: Sequence[Staged]) -> None:
        self.table = table
        self.record = record
        self.sources = list(sources)
        self._sieve = sieve
        columns = ", ".join(named(field.name) for field in table.fields)
        rows = rows_of(self.sources) or _NONE.format(columns=columns, record=record)
        key = named(table.key[0])
        sieve.run(f"CREATE TEMP VIEW {self.rows} AS SELECT * FROM ({rows}) WHERE {key} IS NOT NULL")
        sieve.run(f"CREATE TEMP TABLE {self.repeats} (_source INTEGER, _row BIGINT)")
        sieve.run(f"CREATE TEMP VIEW {self.fresh} AS FROM {self.rows}")
        sieve.run(f"CREATE TEMP VIEW {self.good} AS FROM {self.rows}")

    @property
    def rows(self) -> str:
        """Rows whose single values are legal."""
        return f"rows_{self.table.name}"

    @property
    def repeats(self) -> str:
        """Where the rows stand that the record has already, or that stood before in the load."""
        return f"repeats_{self.table.name}"

    @property
    def fresh(self) -> str:
        """Rows that are no duplicates."""
        return f"fresh_{self.table.name}"

    @property
    def good(self) -> str:
        """Fresh rows without a problem: what will be in the batches."""
        return f"good_{self.table.name}"

    def sift(self) -> None:
        """Take out of the relations what has been found to be a duplicate or a problem."""
        fresh = f"FROM {self.rows} AS r"
        if self._sieve.count(self.repeats):
            fresh += f" ANTI JOIN {self.repeats} AS x ON x._source = r._source AND x._row = r._row"
        self._sieve.run(f"CREATE OR REPLACE TEMP VIEW {self.fresh} AS {fresh}")
        good = f"FROM {self.fresh} AS r"
        if self._sieve.count("problems"):
            good += " ANTI JOIN problems AS x ON x._source = r._source AND x._row = r._row"
        self._sieve.run(f"CREATE OR REPLACE TEMP VIEW {self.good} AS {good}")

    def is_clean(self, staged: Staged) -> bool:
        """Whether a source's staged file is as it stands what the batch must hold, less what is derived."""
        return not staged.broken and self.good_rows(staged) == staged.rows

    def good_rows(self, staged: Staged) -> int:
        """How many rows of a source will be in its batch."""
        if not self._touched(staged):
            return staged.rows - staged.broken
        return int(self._sieve.value(f"SELECT count(*) FROM {self.good} WHERE _source = {staged.number}"))

    def duplicates(self, staged: Staged) -> int:
        """How many rows of a source are duplicates."""
        return int(self._sieve.value(f"SELECT count(*) FROM {self.repeats} WHERE _source = {staged.number}"))

    def _touched(self, staged: Staged) -> bool:
        sql = f"SELECT EXISTS (FROM {self.repeats} WHERE _source = $1) OR EXISTS (FROM problems WHERE _source = $1)"
        return bool(self._sieve.value(sql, [staged.number]))


def rows_of(sources: Sequence[Staged]) -> str:
    """The sources' rows with the numbers of source and row: read as one, since the engine would open all at once."""
    by_first_row: dict[int, list[str]] = {staged.source.first_row: [] for staged in sources}
    for staged in sources:
        by_first_row[staged.source.first_row].append(quoted(staged.path))
    return " UNION ALL BY NAME ".join(
        f"(SELECT CAST(parse_filename(filename, true) AS INTEGER) AS _source, file_row_number + {first_row} AS _row, "
        f"* EXCLUDE (filename, file_row_number) "
        f"FROM read_parquet([{', '.join(paths)}], filename=true, file_row_number=true))"
        for first_row, paths in by_first_row.items()
    )
