"""The other engines of the measure `engines`: each holds the same charges, and answers in its own best way."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import duckdb
import psycopg

from bench.engines import facts
from sodu.warehouse.engine import Engine, Query

AMOUNTS = ("list", "sales", "cost", "own_use", "tax", "charges", "accounts")
CLICKHOUSE = "SODU_BENCH_CLICKHOUSE"
_AMOUNTS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")
_SUMS = """sum(list_amount), sum(CASE WHEN NOT own THEN customer_amount ELSE 0 END),
    sum(CASE WHEN NOT own THEN partner_amount ELSE 0 END), sum(CASE WHEN own THEN partner_amount ELSE 0 END),
    sum(tax_amount)"""


@dataclass(frozen=True)
class Asked:
    """One question, for all sides."""

    name: str
    slug: str
    period: str
    by: str | None = None
    partner: str | None = None

    @property
    def key(self) -> str:
        """What it is grouped by."""
        return self.slug.rpartition("-")[2]

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month: all questions are of whole ones."""
        first, _, last = self.period.partition("..")
        return int(first[:4] + (first[5:7] or "01")), int((last or first)[:4] + (last[5:7] or "12"))

    def sql(
        self, partner: int | None, table: str = "charges", counted: str = "count(*), count(DISTINCT account)"
    ) -> str:
        """The question in the SQL that all engines have in common."""
        keys = f"{'month' if self.by else 'NULL'}, {self.key}, currency"
        groups = f"{'month, ' if self.by else ''}{self.key}, currency"
        first, last = self.months
        scope = f" AND partner = {partner}" if partner else ""
        return f"SELECT {keys}, {_SUMS}, {counted} FROM {table} WHERE month BETWEEN {first} AND {last}{scope} GROUP BY {groups}"


class Side(AbstractContextManager["Side"]):
    """An engine that can be asked."""

    name: str
    note = ""

    @abstractmethod
    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        """Rows of month, key, currency and sums."""

    @abstractmethod
    def peak_mb(self) -> float:
        """The most memory that it has had."""

    def milliseconds(self, asked: Asked, partner: int | None) -> float:
        """How long an answer takes."""
        start = time.perf_counter()
        self.ask(asked, partner)
        return (time.perf_counter() - start) * 1_000

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


@dataclass
class Missing(AbstractContextManager["Missing"]):
    """An engine that is not here, and why."""

    name: str
    why: str

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


class ByHand(Side):
    """SQL by hand on the charges of our own file, in this process too."""

    name = "by hand on the same DuckDB file"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        return [list(row.values()) for row in self._engine.rows(Query(asked.sql(partner)))]

    def peak_mb(self) -> float:
        return _peak_mb(os.getpid())


class PostgreSQL(Side):
    """PostgreSQL with the indexes that these questions want; or, `rolled_up`, with sums by day, kept as materialised views."""

    def __init__(self, server: Any, *, rolled_up: bool) -> None:
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
        return _peak_mb(self._connection.info.backend_pid)


class ClickHouse(Side):
    """A node of ClickHouse over HTTP, sorted as our charges are."""

    name = "ClickHouse"

    def __init__(self, url: str, home: Path) -> None:
        self._url, self._home = url, home

    def __enter__(self) -> Self:
        self._run("DROP TABLE IF EXISTS charges")
        self._run(
            "CREATE TABLE charges (month UInt32, day Date32, partner UInt32, account UInt32, own Bool, service UInt32, "
            "currency UInt32, list_amount Decimal(38,12), partner_amount Decimal(38,12), customer_amount Decimal(38,12), "
            "tax_amount Decimal(38,12)) ENGINE = MergeTree ORDER BY (partner, month, day)"
        )
        for file in sorted(facts(self._home).iterdir()):
            self._run("INSERT INTO charges FORMAT Parquet", file.read_bytes())
        self._run("OPTIMIZE TABLE charges FINAL")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("DROP TABLE charges")

    def ask(self, asked: Asked, partner: int | None) -> list[list[Any]]:
        sql = asked.sql(partner).replace("SELECT NULL", "SELECT 0")
        said = self._run(f"{sql} FORMAT JSONCompactStringsEachRow")
        rows: list[list[Any]] = [json.loads(line) for line in said.splitlines()]
        return [[int(row[0]) or None, *row[1:]] for row in rows]

    def peak_mb(self) -> float:
        # What it says that it holds now: it may run elsewhere.
        return float(self._run("SELECT value FROM system.metrics WHERE metric = 'MemoryTracking'")) / 1024**2

    def _run(self, sql: str, body: bytes = b"") -> str:
        address = f"{self._url}/?{urlencode({'query': sql})}" if body else self._url
        with urllib.request.urlopen(address, body or sql.encode(), timeout=600) as answer:  # noqa: S310 - whoever measures names it
            text: str = answer.read().decode()
            return text


class Polars(Side):
    """polars, lazily over the same Parquet files, sorted as our charges are; in a process of its own."""

    name = "polars on sorted Parquet"

    def __init__(self, python: Path, home: Path) -> None:
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

    def milliseconds(self, asked: Asked, partner: int | None) -> float:
        return float(self._asked(asked, partner, rows=False)["ms"])

    def peak_mb(self) -> float:
        return _peak_mb(self._process.pid)

    def _asked(self, asked: Asked, partner: int | None, *, rows: bool) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        words = {"key": asked.key, "by": asked.by, "months": asked.months, "partner": partner, "rows": rows}
        print(json.dumps(words), file=self._process.stdin, flush=True)
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


def sides_of(engine: Engine, home: Path) -> Iterator[Side | Missing]:
    """Everyone who can be asked here, and those who can not."""
    yield ByHand(engine)
    server = _postgresql(home)
    yield PostgreSQL(server, rolled_up=False)
    yield PostgreSQL(server, rolled_up=True)
    yield _polars(home)
    url = os.environ.get(CLICKHOUSE)
    yield ClickHouse(url, home) if url else Missing("ClickHouse", f"not measured, {CLICKHOUSE} names no node")


def _polars(home: Path) -> Side | Missing:
    from bench.peers import PEERS

    polars = PEERS.peer("polars")
    return Missing("polars", polars.missing) if polars.missing else Polars(PEERS.python, home)


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


def _peak_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
