"""The engine of one load: in memory, locked down to the record and a scratch directory of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from sodu.values.text import Text
from sodu.warehouse.home import Home
from sodu.warehouse.progress import Progress, silent

Error = duckdb.Error

_POLL_SECONDS = 0.1
_COPY_OPTIONS = (
    "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880, "
    "WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 8192"
)


class Sieve:
    """Runs SQL over staged files and the record; stops what it runs when its caller is interrupted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path, progress: Progress) -> None:
        self._connection = connection
        self.scratch = scratch
        self.progress = progress
        self._files = 0

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement's answer."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The only value of the only row."""
        return self.run(sql, parameters)[0][0]

    def count(self, relation: str) -> int:
        """How many rows a relation has."""
        return int(self.value(f"SELECT count(*) FROM {relation}"))

    def copy(self, select: str, doing: Text, path: Path | None = None) -> Path:
        """A Parquet file with the rows of a query, in their order; a new one unless said which."""
        path = path or self.new_path("parquet")
        self._watched(f"COPY ({select}) TO {quoted(path)} ({_COPY_OPTIONS})", doing)
        return path

    def new_path(self, suffix: str) -> Path:
        """A path in the scratch directory that nobody has used."""
        self._files += 1
        return self.scratch / f"{self._files}.{suffix}"

    def _watched(self, sql: str, doing: Text) -> None:
        """Run a long statement beside this thread, which tells of its progress and hears of interruptions."""
        failures: list[BaseException] = []

        def work() -> None:
            try:
                self._connection.execute(sql).fetchall()
            except BaseException as error:  # noqa: BLE001
                failures.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(_POLL_SECONDS)
                self.progress(doing, max(0, int(self._connection.query_progress())), 100)
        except BaseException:
            self._connection.interrupt()
            worker.join()
            raise
        if failures:
            raise failures[0]


@contextmanager
def open_sieve(home: Home, scratch: Path, progress: Progress = silent) -> Iterator[Sieve]:
    """A sieve that reaches the record's files and `scratch`, and nothing else."""
    connection = duckdb.connect(":memory:")
    try:
        reachable = ", ".join(quoted(path) for path in (home.uploads, home.batches, scratch))
        for setting in (
            f"memory_limit = {quoted(home.settings.memory)}",
            f"threads = {home.settings.threads}",
            f"temp_directory = {quoted(scratch / 'spill')}",
            f"allowed_directories = [{reachable}]",
            "GLOBAL TimeZone = 'UTC'",
            "enable_progress_bar = false",
            "python_enable_replacements = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        yield Sieve(connection, scratch, progress)
    finally:
        connection.close()


def quoted(text: str | Path) -> str:
    """A text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'
