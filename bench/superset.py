"""The same table from Apache Superset, over a copy of the same DuckDB file: what one reader waits for, and what is sent."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.data import Data, data, scratch
from bench.measure import Line, median, spread
from bench.pages import free_port, served, wait_for
from bench.peers import SUPERSET

_PARTNER = "partner-03"
_READER = 2
"""The reader of that partner among those that `served` makes."""
_MONTHS = [f"2026-{month:02}" for month in range(1, 11)]
_PASSWORD = secrets.token_hex()

_CONFIG = """
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{place}/superset.db"
PREVENT_UNSAFE_DB_CONNECTIONS = False
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""
_CHARGES = """
SELECT p.partner_id, a.account_id, s.service_id, v.name AS service, c.code AS currency, f.occurred_at, f.charge_id,
    f.charge_type, f.quantity, f.unit, f.list_amount, f.partner_amount, f.customer_amount, f.tax_amount
FROM charges f JOIN partner_keys p USING (partner) JOIN account_keys a USING (account) JOIN service_keys s USING (service)
    JOIN currency_keys c USING (currency) JOIN service_versions v USING (service)
"""
_SUMS = ("list_amount", "partner_amount", "customer_amount")
_GROUPS = ["service_id", "service", "currency"]
_COLUMNS = [
    "occurred_at",
    "account_id",
    "service",
    "charge_id",
    "charge_type",
    "quantity",
    "unit",
    *_SUMS,
    "tax_amount",
]


def lines(charges: int, rounds: int) -> Iterator[Line]:
    """A line for each of two reports, each month of them asked once a round and never before."""
    made = data(charges)
    with served(made) as (port, sessions, _home), _superset(made) as superset:
        for report, asked in (("revenue-by-service", _sums), ("revenue-detail", _rows)):
            ours: list[float] = []
            theirs: list[float] = []
            weights: dict[str, list[int]] = {"ours": [], "theirs": []}
            reader = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            for month in _MONTHS[: 3 * rounds]:
                cookie = {"Cookie": f"sid={sessions[_READER]}", "Accept-Encoding": "gzip"}
                taken, body = _timed(reader, "GET", f"/reports/{report}?period={month}", None, cookie)
                ours.append(taken)
                weights["ours"].append(len(body))
                taken, body = superset(asked(month))
                assert all(found["data"] for found in json.loads(body)["result"]), "no rows"
                theirs.append(taken)
                weights["theirs"].append(len(body))
            yield Line(
                f"{report} of one partner and month, {charges:,} charges, ms",
                f"{spread(ours, 0)}; the whole page, {max(weights['ours']):,} bytes",
                f"{SUPERSET.peer('apache-superset')} {spread(theirs, 0)}; its rows and totals alone, as JSON of "
                f"{max(weights['theirs']):,} bytes",
                f"{median(ours) / median(theirs):.2f} ×",
                {"ours": ours, "theirs": theirs, "bytes": weights},
            )


def _sums(month: str) -> list[dict[str, Any]]:
    """Sums by service and currency, and their totals: what a table with a row of totals asks."""
    metrics = [_metric(name) for name in _SUMS]
    asked = {"filters": _filters(month), "metrics": metrics, "row_limit": 1_000}
    return [asked | {"columns": _GROUPS}, asked | {"columns": ["currency"]}]


def _rows(month: str) -> list[dict[str, Any]]:
    """A page of rows, and how many there are: what a table with pages of the server asks."""
    asked = {"filters": _filters(month), "columns": _COLUMNS}
    counted = {"filters": _filters(month), "columns": ["currency"], "metrics": [_metric("charge_id", "COUNT")]}
    return [asked | {"orderby": [["occurred_at", True]], "row_limit": 100}, counted]


def _filters(month: str) -> list[dict[str, str]]:
    first, last = f"{month}-01T00:00:00", f"{month[:5]}{int(month[5:]) + 1:02}-01T00:00:00"
    return [
        {"col": "partner_id", "op": "==", "val": _PARTNER},
        {"col": "occurred_at", "op": "TEMPORAL_RANGE", "val": f"{first} : {last}"},
    ]


def _metric(column: str, function: str = "SUM") -> dict[str, str]:
    return {"expressionType": "SQL", "sqlExpression": f"{function}({column})", "label": f"{function} {column}"}


@contextmanager
def _superset(made: Data) -> Iterator[Callable[[list[dict[str, Any]]], tuple[float, bytes]]]:
    """A server of Superset as its manual starts it, and what asks it: milliseconds and the body of an answer."""
    place = scratch()
    shutil.copy2(made.home / "warehouse.duckdb", place / "warehouse.duckdb")
    config = place / "superset_config.py"
    config.write_text(_CONFIG.format(secret=secrets.token_hex(), place=place))
    environment = os.environ | {"SUPERSET_CONFIG_PATH": str(config), "FLASK_APP": "superset"}
    programs = SUPERSET.python.parent
    user = ("--username", "bench", "--firstname", "b", "--lastname", "b", "--email", "b@example.com")
    for words in (("db", "upgrade"), ("fab", "create-admin", *user, "--password", _PASSWORD), ("init",)):
        subprocess.run([programs / "superset", *words], env=environment, check=True, capture_output=True)
    port = free_port()
    command = [programs / "gunicorn", "--workers", "1", "--threads", "8", "--timeout", "120", "--keep-alive", "60"]
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "superset.app:create_app()"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(port, server)
            yield _asker(port, place / "warehouse.duckdb")
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(place)


def _asker(port: int, warehouse: Path) -> Callable[[list[dict[str, Any]]], tuple[float, bytes]]:
    """Sign in, name the file and the query, and warm up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/json"}

    def call(path: str, body: dict[str, Any]) -> dict[str, Any]:
        return dict(json.loads(_timed(connection, "POST", f"/api/v1/{path}", body, headers)[1]))

    let_in = call("security/login", {"username": "bench", "password": _PASSWORD, "provider": "db"})
    headers["Authorization"] = f"Bearer {let_in['access_token']}"
    uri = f"duckdb:///{warehouse}?access_mode=read_only"
    database = call("database/", {"database_name": "sodu", "sqlalchemy_uri": uri})["id"]
    table = {"database": database, "schema": "main", "table_name": "charge", "sql": _CHARGES}
    source = {"id": call("dataset/", table)["id"], "type": "table"}

    def ask(queries: list[dict[str, Any]]) -> tuple[float, bytes]:
        body = {"datasource": source, "result_format": "json", "result_type": "full", "queries": queries}
        return _timed(connection, "POST", "/api/v1/chart/data", body, headers)

    for warm in (_sums("2025-11"), _rows("2025-11")):
        ask(warm)
    return ask


def _timed(
    connection: http.client.HTTPConnection, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
) -> tuple[float, bytes]:
    began = time.perf_counter()
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status not in {http.client.OK, http.client.CREATED}:
        raise SystemExit(f"{path}: {response.status} {re.sub(r'<[^>]+>', '', answer.decode())[:500]}")
    return (time.perf_counter() - began) * 1_000, answer
