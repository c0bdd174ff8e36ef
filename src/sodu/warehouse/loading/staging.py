"""Writes a source as typed Parquet in one pass. A row that breaks a rule loses its key there: counting is free.

Only where there are such rows a second pass numbers the rows and names what they break.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sodu.values.text import mark as _
from sodu.warehouse.duckdb import is_full
from sodu.warehouse.facts import EXTRA, SQL_TYPES, Table
from sodu.warehouse.loading.cells import cells_of, extras_of
from sodu.warehouse.loading.problems import Problems
from sodu.warehouse.loading.rules import DATED, are_legal_texts, are_short_texts
from sodu.warehouse.loading.sieve import Error, Sieve, named, quoted
from sodu.warehouse.loading.source import Source

OWN_ACCOUNTS = "own_accounts"
"""The type of account ids in SQL whose first values are partners' own (see `accounts.name_accounts`)."""


@dataclass(frozen=True)
class Staged:
    """A source's rows, typed, in their order, those that break a rule without key."""

    number: int
    """Its place among the load's sources."""
    source: Source
    path: Path
    rows: int
    broken: int

    @property
    def table(self) -> Table:
        """The table that its rows belong to."""
        return self.source.table


def stage(sieve: Sieve, number: int, source: Source, own: str) -> Staged:
    """Write a source's rows, typed; `own` is, in SQL, whether a row's account is a partner's own.

    Raises Unreadable where the rows cannot be told apart.
    """
    if source.passing:
        staged, source = _stage_passing(sieve, number, source, own)
        if staged:
            return staged
    try:
        path = _copy(sieve, number, source, own)
    except Error as error:
        if source.explain is None or is_full(error):
            raise
        raise source.explain(error) from error
    rows, whole = _counted(sieve, source.table, path)
    unreadable = source.sheds(sieve, path, rows)
    if unreadable:
        raise unreadable
    return Staged(number, source, path, rows, rows - whole)


def _stage_passing(sieve: Sieve, number: int, source: Source, own: str) -> tuple[Staged | None, Source]:
    """Stage a source from its bytes while its file is kept, where every row is legal; and the source that is kept.

    That is told by its bytes, but for days that no calendar has and for what is too long: a doubt, and it is read once more.
    So it is where the engine has not read as many rows as there are.
    """
    assert source.passing
    passing, path = source.passing, None
    with suppress(Error):
        path = source.file.upload.keep_while(passing.pipe, passing.proof, lambda: _copy(sieve, number, source, own))
    kept = passing.reopen()
    if path is None or not passing.proof.holds():
        return None, kept
    rows, whole = _counted(sieve, source.table, path)
    is_whole = rows == whole and passing.proof.records in (None, rows)
    return Staged(number, kept, path, rows, 0) if is_whole else None, kept


def _copy(sieve: Sieve, number: int, source: Source, own: str) -> Path:
    """Write the rows to a file whose name says what source they are of: those of many sources are read as one."""
    folder = sieve.scratch / "sources"
    folder.mkdir(exist_ok=True)
    return sieve.copy(_typed(source, own), _("Reading rows"), folder / f"{number}.parquet")


def _counted(sieve: Sieve, table: Table, path: Path) -> tuple[int, int]:
    """How many rows a staged file has, and how many of them are legal."""
    rows, whole = sieve.run(f"SELECT count(*), count({named(table.key[0])}) FROM read_parquet({quoted(path)})")[0]
    return rows, whole


def find_broken(staged: Staged, problems: Problems) -> None:
    """Name what the staged source's broken rows break."""
    if not staged.broken:
        return
    source = staged.source
    cells = [*cells_of(source), *extras_of(source)]
    cells = [cell for cell in cells if cell.field.required or cell.field.name in source.columns]
    found = ", ".join(
        f"{{'column': {quoted(cell.field.name)}, 'code': {cell.broken_rule}, 'value': {cell.text}}}" for cell in cells
    )
    numbered = f"SELECT row_number() OVER () + {source.first_row - 1} AS _row, * FROM ({_dated(source)})"
    broken = f"SELECT _row, unnest([{found}]) AS found FROM ({numbered}) WHERE NOT ({_is_legal(source)})"
    found_count = problems.add(
        f"SELECT {staged.number} AS _source, _row, found['column'] AS field, found['code'] AS code, "
        f"found['value'] AS value FROM ({broken}) WHERE found['code'] IS NOT NULL"
    )
    assert found_count >= staged.broken, "what takes a row's key away has a code"


def _is_legal(source: Source) -> str:
    cells = cells_of(source)
    present = [cell for cell in cells if cell.field.name in source.columns]
    extras = list(map(named, source.extras))
    if source.passing:
        legal = [*(cell.is_proven for cell in present), are_short_texts(present, extras)]
    else:
        legal = [*(cell.is_legal for cell in cells), are_legal_texts(present, extras)]
    return " AND ".join(asked for asked in legal if asked != "TRUE") or "TRUE"


def _typed(source: Source, own: str) -> str:
    key = source.table.key[0]
    columns = []
    for cell in cells_of(source):
        value = f"CAST(NULL AS {SQL_TYPES[cell.field.type]})" if cell.text.startswith("NULL") else cell.typed_once
        if cell.field.name == key:
            value = f"CASE WHEN {_is_legal(source)} THEN {value} END"
        columns.append(f"{value} AS {named(cell.field.name)}")
    if source.table.name == "charges":
        columns.append(f"{own} AS own")
    columns.append(f"{_extra(source)} AS {EXTRA}")
    return f"SELECT {', '.join(columns)} FROM ({_dated(source)})"


def _dated(source: Source) -> str:
    """The source with its instants and days typed beside their texts."""
    dated = [f"{cell.typed} AS {cell.typed_once}" for cell in cells_of(source) if cell.type in DATED]
    return f"SELECT {', '.join(['*', *dated])} FROM {source.sql}"


def _extra(source: Source) -> str:
    """The columns of the sender's own, as JSON without those that are empty."""
    if not source.extras:
        return "NULL::VARCHAR"
    members = ", ".join(f"{quoted(name)}, {named(name)}" for name in source.extras)
    return f"nullif(CAST(json_merge_patch('{{}}', json_object({members})) AS VARCHAR), '{{}}')"
