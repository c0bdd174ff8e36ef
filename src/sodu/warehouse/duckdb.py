"""The engine that runs in this process: DuckDB over one file, locked down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sodu.values.errors import Busy, Damaged, DiskFull, LoadMemoryFull, MemoryFull, SoduError, TookTooLong
from sodu.values.limits import LIST_VALUES_MAX, STREAM_BATCH_ROWS
from sodu.values.text import mark as _
from sodu.warehouse.engine import Query, table_of, waited
from sodu.warehouse.home import Home
from sodu.warehouse.time_limit import Open

Connection = duckdb.DuckDBPyConnection

_FULL = re.compile(r"No space left|Disk quota exceeded")
_OUT_OF_MEMORY = "Out of Memory"
_UNFOLDED = re.compile(r"SELECT unnest\(\$([a-z_][a-z0-9_]*)\)((?: AS \w+)?)")
_PLACE = re.compile(r"\$([a-z_][a-z0-9_]*)")


def connect(home: Home, path: Path | str, spill: Path, *, read_only: bool = False) -> Connection:
    """Open a database that can reach the batches, tmp and nothing else, and stays so.

    `spill` is a directory of tmp for this database alone: two would overwrite each other's files there.
    """
    with told(path):
        connection = duckdb.connect(str(path), read_only=read_only)
    settings = {
        "memory_limit": f"'{home.settings.memory}'",
        "threads": str(home.settings.threads),
        "temp_directory": quoted(spill),
        "allowed_directories": f"[{quoted(home.batches)}, {quoted(home.tmp)}]",
        "GLOBAL TimeZone": "'UTC'",
        "enable_progress_bar": "false",
        "python_enable_replacements": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    try:
        # Connections of one process to one file share a database: the first has locked it already.
        if not _is_locked(connection):
            for name, value in settings.items():
                connection.execute(f"SET {name} = {value}")
    except BaseException:
        connection.close()
        raise
    return connection


class DuckDBEngine:
    """Fills `engine.Engine`. Threads may share it: each question has a cursor of its own."""

    rollups = True
    is_shared = False

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.open = Open()

    @contextmanager
    def stream(self, query: Query) -> Iterator[Iterator[pa.RecordBatch]]:
        """The answer as Arrow batches, read as the caller goes; left early, the query is stopped."""
        with self._cursor() as cursor:
            with told(self._path), waited():
                query = _with_tables(cursor, query)
                relation = cursor.sql(_typed(query), params=_values(query))
                reader = relation.to_arrow_reader(STREAM_BATCH_ROWS)
            yield self._batches(reader)

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The whole of a small answer, as Python values."""
        with self._cursor() as cursor, told(self._path), waited():
            query = _with_tables(cursor, query)
            cursor.execute(_typed(query), _values(query))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        with told(self._path):
            while True:
                with waited():
                    batch = next(reader, None)
                if batch is None:
                    return
                yield batch

    @contextmanager
    def _cursor(self) -> Iterator[Connection]:
        # One connection shared between threads has handed the rows of one question to another.
        cursor = self._connection.cursor()
        try:
            with self.open.held(cursor):
                yield cursor
        finally:
            cursor.interrupt()
            cursor.close()


@contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Turn what DuckDB says of a damaged, locked or outgrown database into an error for people."""
    try:
        yield
    # Arrow's readers pass on what DuckDB says as an OSError.
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        meant = _meaning(str(error), Path(path).name)
        if meant is None:
            raise
        raise meant from error


@contextmanager
def room_told() -> Iterator[None]:
    """Turn a lack of room for a load, whether DuckDB or the system tells of it, into an error for people."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        if is_full(error):
            raise DiskFull if _FULL.search(str(error)) else LoadMemoryFull from error
        raise


def is_full(error: Exception) -> bool:
    """Whether an error says that there is no room: to write, or in the memory that was given."""
    return _FULL.search(str(error)) is not None or _OUT_OF_MEMORY in str(error)


def _meaning(said: str, name: str) -> SoduError | None:
    if "Conflicting lock" in said:
        holder = re.search(r"PID ([0-9]+)", said)
        return Busy(
            _("{file} is in use by another process (pid {pid}); try again when it is done"),
            file=name,
            pid=holder[1] if holder else "?",
        )
    if "different configuration" in said:
        return Busy(_("{file} is in use in this process; try again when it is done"), file=name)
    if said.startswith("INTERRUPT Error"):
        return TookTooLong()
    if _OUT_OF_MEMORY in said:
        return MemoryFull()
    if _FULL.search(said):
        return DiskFull()
    if re.search(r"IO Error|Corrupt|checksum|Serialization Error|INTERNAL|FATAL|not a valid DuckDB|newer|older", said):
        return Damaged(_("{file} is damaged: {said}; run `sodu rebuild`"), file=name, said=said.splitlines()[0])
    return None


def _with_tables(cursor: Connection, query: Query) -> Query:
    """The question with its long lists as tables that the cursor has: value by value, DuckDB takes long to be told them."""
    long = {
        name: parameter
        for name, parameter in query.parameters.items()
        if parameter.element and len(parameter.value) > LIST_VALUES_MAX
    }
    if not long:
        return query
    for name, parameter in long.items():
        cursor.register(f"list_{name}", table_of(parameter.value, parameter.element))
    sql = _UNFOLDED.sub(
        lambda found: f"SELECT value{found[2]} FROM list_{found[1]}" if found[1] in long else found[0], query.sql
    )
    return Query(sql, {name: parameter for name, parameter in query.parameters.items() if name not in long})


def _typed(query: Query) -> str:
    """The SQL with each place cast to its parameter's type."""
    return _PLACE.sub(
        lambda place: (
            f"CAST({place[0]} AS {query.parameters[place[1]].type})" if place[1] in query.parameters else place[0]
        ),
        query.sql,
    )


def _values(query: Query) -> dict[str, Any]:
    return {name: _value(parameter.value) for name, parameter in query.parameters.items()}


def _value(value: Any) -> Any:
    """An aware instant becomes UTC without a zone, as all instants are stored."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _is_locked(connection: Connection) -> bool:
    row = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    return bool(row and row[0])


def quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
