"""What is known of partners, accounts and services: the latest versions in the record and in the load."""

from __future__ import annotations

from sodu.warehouse.loading.sieve import Sieve, named, quoted
from sodu.warehouse.loading.stage import LOAD_SEQ, Stage
from sodu.warehouse.loading.staging import OWN_ACCOUNTS

_LATEST = "QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _seq DESC, _source DESC, _row DESC) = 1"


def latest(stage: Stage, rows: str, columns: str) -> str:
    """The latest version of each row, of the record and of `rows` of the load."""
    key = ", ".join(map(named, stage.table.key))
    names = ", ".join(dict.fromkeys([*stage.table.key, *columns.split(", ")]))
    return (
        f"SELECT * FROM (SELECT _seq, -1 AS _source, _row, {names} FROM {stage.record} "
        f"UNION ALL SELECT {LOAD_SEQ} AS _seq, _source, _row, {names} FROM {rows}) {_LATEST.format(key=key)}"
    )


def know_ids(sieve: Sieve, stage: Stage) -> None:
    """Make the table of known partners or services: `partners`, `services`."""
    key = stage.table.key[0]
    sieve.run(
        f"CREATE OR REPLACE TEMP TABLE {stage.table.name} AS "
        f"SELECT DISTINCT {key} FROM (SELECT {key} FROM {stage.record} UNION ALL SELECT {key} FROM {stage.good})"
    )


def know_accounts(sieve: Sieve, stage: Stage, zone: str) -> None:
    """Make the tables `managed`, of who managed what from which instant to which, and `accounts`.

    Also the type that tells a partner's own accounts in a text without a join, which would lose the rows' order.
    """
    columns = "account_type, partner_id, managed_from, managed_to"
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE managed AS SELECT account_id, account_type, partner_id, "
        f"{_midnight('managed_from', zone)} AS starts, "
        f"coalesce({_midnight('managed_to', zone)}, TIMESTAMP 'infinity') AS ends "
        f"FROM ({latest(stage, stage.good, columns)})"
    )
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE accounts AS "
        "SELECT account_id, bool_or(account_type = 'partner') AS own FROM managed GROUP BY account_id"
    )


def own_in_sql(sieve: Sieve) -> str:
    """Whether the text `account_id` names a partner's own account, in SQL; null where it names none."""
    total, own = sieve.run("SELECT count(*), count(*) FILTER (own) FROM accounts")[0]
    if not total:
        return "NULL::BOOLEAN"
    sieve.run(f"CREATE TYPE {OWN_ACCOUNTS} AS ENUM (SELECT account_id FROM accounts ORDER BY own DESC, account_id)")
    return f"enum_code(TRY_CAST(nfc_normalize(account_id) AS {OWN_ACCOUNTS})) < {own}"


def _midnight(day: str, zone: str) -> str:
    return f"CAST(timezone({quoted(zone)}, CAST({day} AS TIMESTAMP)) AS TIMESTAMP)"
