"""The small tables of the sample, from Python's rows into the engine and out to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sodu.warehouse.sample import names
from sodu.warehouse.sample.discounts import Discount, discounts
from sodu.warehouse.sample.plan import Month, Provider, first_day
from sodu.warehouse.sample.provider import Account, accounts, partner_id
from sodu.warehouse.sample.services import Service, price_list

_SCHEMA = """
CREATE TABLE month (number INTEGER, first DATE, until DATE, lines INTEGER, text VARCHAR);
CREATE TABLE partner (partner_id VARCHAR, name VARCHAR);
CREATE TABLE account (account_id VARCHAR, account_type VARCHAR, partner_id VARCHAR, name VARCHAR, email VARCHAR,
    billing_mode VARCHAR, status VARCHAR, managed_from DATE, managed_to DATE,
    number INTEGER, weight BIGINT, dollars INTEGER, trades BOOLEAN);
CREATE TABLE service (number INTEGER, service_id VARCHAR, name VARCHAR, product_group VARCHAR, unit VARCHAR,
    price DECIMAL(12,4), metered BOOLEAN, sku VARCHAR);
CREATE TABLE discount (discount_id VARCHAR, owner VARCHAR, partner_id VARCHAR, account_id VARCHAR, service_id VARCHAR,
    product_group VARCHAR, rate DECIMAL(10,9), requested_at TIMESTAMPTZ, active_from DATE, decided_at TIMESTAMPTZ,
    decision VARCHAR, active_to DATE, cancelled_at TIMESTAMPTZ, deal_id VARCHAR);
CREATE TABLE description (number INTEGER, text VARCHAR);
"""
_INSTANTS = ", ".join(
    f"strftime({name} AT TIME ZONE 'Asia/Ho_Chi_Minh', '%Y-%m-%dT%H:%M:%S.%f+07:00') AS {name}"
    for name in ("requested_at", "decided_at", "cancelled_at")
)
_FILES = {
    "partners": "SELECT * FROM partner",
    "accounts": "SELECT * EXCLUDE (number, weight, dollars, trades) FROM account ORDER BY number, managed_from",
    "services": "SELECT service_id, name, product_group FROM service ORDER BY number",
    "discounts": f"SELECT * REPLACE ({_INSTANTS}) FROM discount ORDER BY discount_id",
}


def fill(engine: duckdb.DuckDBPyConnection, provider: Provider, months: Sequence[Month], seed: int) -> None:
    """Make and fill the tables of everything but the facts."""
    today = months[-1].until
    first = first_day(today)
    services = price_list()
    people = accounts(provider, first, today, seed)
    engine.execute(_SCHEMA).fetchall()
    _insert(
        engine,
        "month",
        [(month.number, month.first, month.until, month.lines, f"{month.first:%Y%m}") for month in months],
    )
    _insert(engine, "partner", [(partner_id(number), names.partner(number)) for number in range(provider.partners)])
    _insert(engine, "account", [tuple(vars(account).values()) for account in people])
    _insert(engine, "service", [_service_row(number, service) for number, service in enumerate(services)])
    _insert(engine, "discount", [tuple(vars(row).values()) for row in _registered(people, services, months, seed)])
    _insert(engine, "description", list(enumerate(names.DESCRIPTIONS)))


def write(engine: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write them, a file each."""
    paths = [folder / f"{table}.parquet" for table in _FILES]
    for path, query in zip(paths, _FILES.values(), strict=True):
        engine.execute(f"COPY ({query}) TO '{_quoted(path)}' (FORMAT parquet)").fetchall()
    return paths


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _registered(people: list[Account], services: list[Service], months: Sequence[Month], seed: int) -> list[Discount]:
    today = months[-1].until
    return discounts(people, services, first_day(today), today, seed)


def _service_row(number: int, service: Service) -> tuple[Any, ...]:
    initials = "".join(word[0] for word in service.name.split() if word[0].isalnum()).upper()
    return (number, *vars(service).values(), f"{initials}-{number:02}")


def _insert(engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    engine.register("given", pa.table(columns, names=[f"column_{place}" for place in range(len(columns))]))
    engine.execute(f"INSERT INTO {table} FROM given").fetchall()
    engine.unregister("given")
