"""The same id again: the same content is a duplicate; other content is a conflict, or a description's new version."""

from __future__ import annotations

from collections.abc import Iterable

from sodu.warehouse.facts import EXTRA, Table
from sodu.warehouse.loading.problems import Problems
from sodu.warehouse.loading.sieve import Sieve, named
from sodu.warehouse.loading.stage import LOAD_SEQ, Stage


def find_repeats(sieve: Sieve, stage: Stage, problems: Problems, whole_files: Iterable[int]) -> None:
    """Put duplicates aside and name conflicts; `whole_files` are sources whose file the record has already."""
    again = ", ".join(map(str, whole_files))
    if again:
        sieve.run(
            f"INSERT INTO {stage.repeats} SELECT _source, _row FROM {stage.rows} "
            f"WHERE _source IN ({again}) AND {_is_recorded(stage)}"
        )
        stage.sift()
    if _name_candidates(sieve, stage):
        _compare(sieve, stage, problems)
    stage.sift()


def _is_recorded(stage: Stage) -> str:
    """Whether a row of a known file is in the record: a description as any of its versions, lest an old one come back."""
    if stage.table.is_fact:
        return "TRUE"
    version = f"hash({_keys(stage.table)}), {_digest(stage.table)}"
    return f"({version}) IN (SELECT ({version}) FROM {stage.record})"


def _name_candidates(sieve: Sieve, stage: Stage) -> bool:
    """Narrow to the ids that occur again, by their hashes: eight bytes a row whatever the ids are."""
    key = _hashed(stage.table)
    seen = f"SELECT {key} AS h FROM {stage.fresh}"
    sieve.run("DROP TABLE IF EXISTS candidates")
    sieve.run(
        f"CREATE TEMP TABLE candidates AS SELECT h FROM ({seen}) GROUP BY h HAVING count(*) > 1 "
        f"UNION SELECT {key} FROM {stage.record} WHERE {key} IN ({seen})"
    )
    return sieve.count("candidates") > 0


def _compare(sieve: Sieve, stage: Stage, problems: Problems) -> None:
    """Compare each such row with the one before it (a fact with the first), by digests of their contents."""
    table = stage.table
    columns = f"{_keys(table)}, {_digest(table)} AS content, {_fixed_digest(table)} AS fixed"
    among = f"WHERE {_hashed(table)} IN (FROM candidates)"
    earlier = f"SELECT _seq, NULL::INTEGER AS _source, _row, {columns} FROM {stage.record} {among}"
    later = f"SELECT {LOAD_SEQ} + _source AS _seq, _source, _row, {columns} FROM {stage.fresh} {among}"
    before = "first_value" if table.is_fact else "lag"
    window = f"OVER (PARTITION BY {_keys(table)} ORDER BY _seq, _row)"
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE twins AS SELECT * FROM (SELECT *, "
        f"row_number() {window} AS nth, {before}(content) {window} AS before, {before}(fixed) {window} AS fixed_before "
        f"FROM ({earlier} UNION ALL {later})) WHERE _source IS NOT NULL AND nth > 1"
    )
    sieve.run(f"INSERT INTO {stage.repeats} SELECT _source, _row FROM twins WHERE content = before")
    key = table.key[0]
    problems.add(
        f"SELECT _source, _row, '{key}' AS field, 'conflict' AS code, {named(key)} AS value "
        "FROM twins WHERE content <> before AND fixed <> fixed_before"
    )
    sieve.run("DROP TABLE twins")


def _keys(table: Table) -> str:
    return ", ".join(map(named, table.key))


def _hashed(table: Table) -> str:
    return f"hash({_keys(table)})"


def _digest(table: Table) -> str:
    return _sha256([field.name for field in table.fields] + [EXTRA])


def _fixed_digest(table: Table) -> str:
    """Of what no later version may change: all of a fact."""
    if table.is_fact:
        return _digest(table)
    return _sha256([field.name for field in table.fields if not field.mutable])


def _sha256(names: list[str]) -> str:
    # No text holds the sign between them, and none is empty: null is told from all that is there.
    return f"left(sha256(concat({', chr(31), '.join(map(named, names))})), 32)"
