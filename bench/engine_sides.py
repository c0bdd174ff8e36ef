"""The other engines of the measure `engines`: each holds the same charges, and answers in its own best way."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb
import psycopg

from bench.asked import Asked
from bench.engine_ours import Names, Sums
from bench.engines import facts
from sodu.warehouse.engine import Engine, Query

_AMOUNTS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")


class Side(AbstractContextManager["Side"]):
    """An engine that can be asked."""

    name: str
    note = ""

    @abstractmethod
    def sums(self, asked: Asked) -> Sums:
        """Its answer by ids, as ours is."""

    @abstractmethod
    def peak_mb(self) -> float:
        """The most memory that it has had."""

    def milliseconds(self, asked: Asked) -> float:
        """How long an answer takes."""
        return milliseconds(lambda: self.sums(asked))

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


class Numbered(Side):
    """An engine that is asked by hand, and knows but the numbers of accounts and services."""

    def __init__(self, names: Names) -> None:
        self._names = names

    @abstractmethod
    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        """Rows of month, key, currency and sums."""

    def sums(self, asked: Asked) -> Sums:
        return self._names.named(asked, self.ask(asked, self._names.partner(asked)))

    def milliseconds(self, asked: Asked) -> float:
        partner = self._names.partner(asked)
        return milliseconds(lambda: self.ask(asked, partner))


@dataclass
class Missing(AbstractContextManager["Missing"]):
    """An engine that is not here, and why."""

    name: str
    why: str

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


class ByHand(Numbered):
    """SQL by hand on the charges that ours has."""

    def __init__(self, place: str, engine: Engine, names: Names, peak: Callable[[], float]) -> None:
        super().__init__(names)
        self.name = f"by hand on {place}"
        self._engine, self._peak = engine, peak

    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        return [list(row.values()) for row in self._engine.rows(Query(asked.sql(partner)))]

    def peak_mb(self) -> float:
        return self._peak()


class PostgreSQL(Numbered):
    """PostgreSQL with the indexes that these questions want; or, `rolled_up`, with sums by day, kept as materialised views."""

    def __init__(self, server: Any, names: Names, *, rolled_up: bool) -> None:
        super().__init__(names)
        self.name = "PostgreSQL, rolled up by day" if rolled_up else "PostgreSQL, indexed"
        self.note = "; accounts of a service are not counted" if rolled_up else ""
        self._server, self._rolled_up = server, rolled_up

    def __enter__(self) -> Self:
        self._connection = psycopg.connect(self._server.url("postgres"), autocommit=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        sql = asked.sql(partner)
        if self._rolled_up:
            counted = "sum(facts), " + ("1" if asked.key == "account" else "NULL")
            sql = asked.sql(partner, f"charges_by_{asked.key}", counted)
        return [list(row) for row in self._connection.execute(sql).fetchall()]

    def peak_mb(self) -> float:
        return peak_mb(self._connection.info.backend_pid)


class Polars(Numbered):
    """polars, lazily over the same Parquet files, sorted as our charges are; in a process of its own."""

    name = "polars on sorted Parquet"

    def __init__(self, python: Path, home: Path, names: Names) -> None:
        super().__init__(names)
        self._command = [python, Path(__file__).with_name("engine_polars.py"), facts(home)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [str(word) for word in self._command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        rows: list[list[Any]] = self._asked(asked, partner, rows=True)["rows"]
        return rows

    def milliseconds(self, asked: Asked) -> float:
        # It tells how long it took itself, without the way to it.
        return float(self._asked(asked, self._names.partner(asked), rows=False)["ms"])

    def peak_mb(self) -> float:
        return peak_mb(self._process.pid)

    def _asked(self, asked: Asked, partner: int | None, *, rows: bool) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        words = {"key": asked.key, "by": asked.by, "months": asked.months, "partner": partner, "rows": rows}
        print(json.dumps(words), file=self._process.stdin, flush=True)
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


def sides_of(engine: Engine, names: Names, home: Path) -> Iterator[Side | Missing]:
    """Everyone who can be asked beside a home's own engine, and those who can not."""
    yield ByHand("the same DuckDB file", engine, names, lambda: peak_mb(os.getpid()))
    server = _postgresql(home)
    yield PostgreSQL(server, names, rolled_up=False)
    yield PostgreSQL(server, names, rolled_up=True)
    yield _polars(home, names)


def _polars(home: Path, names: Names) -> Side | Missing:
    from bench.peers import PEERS

    polars = PEERS.peer("polars")
    return Missing("polars", polars.missing) if polars.missing else Polars(PEERS.python, home, names)


def _postgresql(home: Path) -> Any:
    """A server with the charges, indexed, analysed, and added up by day."""
    from tests.postgresql import PostgreSQL as Server

    settings = ("shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "max_wal_size=16GB")
    server = Server(*settings, "max_parallel_workers_per_gather=2", "jit=off")
    atexit.register(server.close)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(
            "CREATE UNLOGGED TABLE charges (month integer, day date, partner integer, account integer, own boolean, "
            "service integer, currency integer, list_amount numeric, partner_amount numeric, customer_amount numeric, "
            "tax_amount numeric)"
        )
        for file in sorted(facts(home).iterdir()):
            _copy(connection, file)
        connection.execute("CREATE INDEX ON charges (partner, month)")
        for key in ("service", "account"):
            keys = f"month, day, partner, own, {key}, currency"
            sums = ", ".join(f"sum({name}) AS {name}" for name in _AMOUNTS)
            view = f"charges_by_{key}"
            connection.execute(
                f"CREATE MATERIALIZED VIEW {view} AS SELECT {keys}, {sums}, count(*) AS facts FROM charges GROUP BY {keys}"
            )
            connection.execute(f"CREATE INDEX ON {view} (partner, month)")
        connection.execute("VACUUM ANALYZE")
    return server


def _copy(connection: psycopg.Connection[Any], file: Path) -> None:
    """A month's charges, in their order, by way of CSV."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "charges.csv"
        duckdb.execute(f"COPY (FROM '{file}') TO '{made}' (FORMAT csv, HEADER false)").fetchall()
        takes = "COPY charges FROM STDIN (FORMAT csv)"
        with made.open("rb") as rows, connection.cursor() as cursor, cursor.copy(takes) as copy:
            while chunk := rows.read(1 << 20):
                copy.write(chunk)


def milliseconds(ask: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1_000


def peak_mb(process: int) -> float:
    """The most memory that a process has had, of its own and shared."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
