"""The laws of the record: what must hold between the rows of all batches that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sodu.values.text import Text, mark as _
from sodu.warehouse.days import local_day
from sodu.warehouse.duckdb import Connection


@dataclass(frozen=True)
class Law:
    """A law, and SQL for the rows that break it as (seq, id)."""

    text: Text
    breaches: str
    by_removal: bool = True
    """Whether taking a batch away can break it."""


@dataclass(frozen=True)
class Breach:
    """How a law is broken: in how many cases, in which batches, and the least of their ids."""

    law: Law
    count: int
    seqs: tuple[int, ...]
    example: str


def find_breaches(
    connection: Connection, zone: str, *, only_by_removal: bool = False
) -> Iterator[tuple[Law, Breach | None]]:
    """Each law, and how it is broken."""
    _prepare(connection, zone)
    for law in LAWS:
        if only_by_removal and not law.by_removal:
            continue
        row = connection.execute(
            f"SELECT count(*), list_sort(list(DISTINCT seq)), min(id) FROM ({law.breaches}) AS breaches(seq, id)"
        ).fetchone()
        count, seqs, example = row or (0, None, None)
        yield law, Breach(law, count, tuple(seqs), str(example)) if count else None


def _prepare(connection: Connection, zone: str) -> None:
    """The latest version of each range of an account, and the instants of facts as days of the zone."""
    connection.execute(
        "CREATE TEMP TABLE managed AS SELECT * FROM accounts "
        "QUALIFY row_number() OVER (PARTITION BY account_id, managed_from ORDER BY seq DESC, place DESC) = 1"
    )
    for fact, id_ in (("charges", "charge_id"), ("credit_entries", "entry_id")):
        bounds = connection.execute(f"SELECT min(occurred_at), max(occurred_at) FROM {fact}").fetchone()
        day = local_day("occurred_at", bounds[0], bounds[1], zone) if bounds and bounds[0] else "NULL::DATE"
        connection.execute(
            f"CREATE TEMP TABLE {fact}_of AS SELECT account_id, partner_id, {day} AS day, own, "
            f"min(seq) AS seq, min({id_}) AS id FROM {fact} GROUP BY ALL"
        )


def _unknown(table: str, id_: str, column: str, known: str, key: str) -> str:
    return f"SELECT seq, {id_} FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {known})"


def _references(known: str, key: str, *references: tuple[str, str, str]) -> str:
    return " UNION ALL ".join(_unknown(table, id_, column, known, key) for table, id_, column in references)


def _twice(table: str, id_: str) -> str:
    # Hashes first: eight bytes a row, whatever the ids are.
    return (
        f"SELECT max(seq), {id_} FROM {table} WHERE hash({id_}) IN "
        f"(SELECT hash({id_}) FROM {table} GROUP BY 1 HAVING count(*) > 1) GROUP BY {id_} HAVING count(*) > 1"
    )


_IS_TRANSFER = "kind IN ('transfer_in', 'transfer_out')"

# The legs of a reversal may share the transfer's id: they are two legs of their own, at their own instant.
_LEGS = (
    f"SELECT max(seq) AS seq, transfer_id FROM credit_entries WHERE {_IS_TRANSFER} "
    "GROUP BY transfer_id, reverses_entry_id IS NOT NULL, CASE WHEN reverses_entry_id IS NOT NULL THEN occurred_at END "
)

_NOT_MANAGED = " UNION ALL ".join(
    f"SELECT f.seq, f.id FROM {fact}_of f ANTI JOIN managed m ON m.account_id = f.account_id "
    "AND m.partner_id = f.partner_id AND f.day >= m.managed_from AND (m.managed_to IS NULL OR f.day < m.managed_to)"
    for fact in ("charges", "credit_entries")
)

LAWS = (
    Law(
        _("every partner that is referred to is in the record"),
        _references(
            "partners",
            "partner_id",
            ("accounts", "account_id", "partner_id"),
            ("discounts", "discount_id", "partner_id"),
            ("credit_entries", "entry_id", "partner_id"),
            ("charges", "charge_id", "partner_id"),
        ),
    ),
    Law(
        _("every account that is referred to is in the record"),
        _references(
            "accounts",
            "account_id",
            ("discounts", "discount_id", "account_id"),
            ("credit_entries", "entry_id", "account_id"),
            ("charges", "charge_id", "account_id"),
        ),
    ),
    Law(
        _("every service that is referred to is in the record"),
        _references(
            "services",
            "service_id",
            ("discounts", "discount_id", "service_id"),
            ("credit_entries", "entry_id", "service_id"),
            ("charges", "charge_id", "service_id"),
        ),
    ),
    Law(_("every fact lies in a range in which the partner manages the account"), _NOT_MANAGED),
    Law(
        _("the ranges of an account do not overlap"),
        "SELECT a.seq, a.account_id FROM managed a JOIN managed b ON a.account_id = b.account_id "
        "AND a.managed_from < b.managed_from AND (a.managed_to IS NULL OR a.managed_to > b.managed_from)",
    ),
    Law(
        _("an account has one type"),
        "SELECT max(seq), account_id FROM accounts GROUP BY account_id HAVING count(DISTINCT account_type) > 1",
        by_removal=False,
    ),
    Law(
        _("facts stand under their account's type"),
        " UNION ALL ".join(
            f"SELECT f.seq, f.id FROM {fact}_of f JOIN managed m ON m.account_id = f.account_id "
            "WHERE f.own <> (m.account_type = 'partner')"
            for fact in ("charges", "credit_entries")
        ),
        by_removal=False,
    ),
    Law(
        _("every reversal is of an entry of the same kind, account and currency, with the other sign"),
        "SELECT r.seq, r.entry_id FROM credit_entries r LEFT JOIN credit_entries e ON e.entry_id = r.reverses_entry_id "
        "WHERE r.reverses_entry_id IS NOT NULL AND (e.entry_id IS NULL OR e.kind <> r.kind "
        "OR e.account_id <> r.account_id OR e.currency <> r.currency OR (e.amount > 0) = (r.amount > 0))",
    ),
    Law(
        _("a transfer has two legs of one currency and one instant, which sum to zero"),
        f"{_LEGS} HAVING count(*) <> 2 OR count(DISTINCT kind) <> 2 OR sum(amount) <> 0 "
        "OR count(DISTINCT currency) <> 1 OR count(DISTINCT occurred_at) <> 1",
    ),
    Law(_("no entry is there twice"), _twice("credit_entries", "entry_id"), by_removal=False),
    Law(_("no charge is there twice"), _twice("charges", "charge_id"), by_removal=False),
    Law(
        _("partners' own accounts are charged what the partner pays"),
        "SELECT seq, charge_id FROM charges WHERE own AND customer_amount <> partner_amount",
        by_removal=False,
    ),
)
