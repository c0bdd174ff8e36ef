"""The rules of credit entries, which concern several rows: signs, transfers of two legs, reversals; and what follows.

Transfers and reversals are looked for in the record and in all files of the load together.
"""

from __future__ import annotations

from sodu.warehouse.facts import KIND_SIGNS
from sodu.warehouse.loading.references import MANAGED, OF_FACTS, Rule, Rules
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.stage import Stage

_COLUMNS = (
    "entry_id, account_id, partner_id, occurred_at, kind, amount, currency, "
    "counterparty_account_id, transfer_id, reverses_entry_id"
)
_IS_TRANSFER = "kind IN ('transfer_in', 'transfer_out')"

# The legs of a transfer share its id alone; those of its reversals may share it too, and then also their instant.
_GROUP = (
    "transfer_id, reverses_entry_id IS NOT NULL AS reversal, "
    "CASE WHEN reverses_entry_id IS NOT NULL THEN occurred_at END AS reversed_at"
)
_SAME_GROUP = (
    "t.transfer_id = r.transfer_id AND t.reversal = (r.reverses_entry_id IS NOT NULL) "
    "AND t.reversed_at IS NOT DISTINCT FROM (CASE WHEN r.reverses_entry_id IS NOT NULL THEN r.occurred_at END) "
    "AND r.kind IN ('transfer_in', 'transfer_out')"
)

# What adds to a balance stands in one listing, what takes from it in the other; reversals with what they reverse.
_LISTING_OF_KIND = (
    "CASE WHEN kind IN ('topup', 'grant', 'transfer_in') THEN 'topped_up' WHEN kind <> 'adjustment' THEN 'usage' END"
)


def credit_rules(sieve: Sieve, stage: Stage, rows: str) -> Rules:
    """Entries: of a managed account; signs, transfers and reversals that are whole."""
    _gather(sieve, stage, rows)
    return Rules((*OF_FACTS, *_of_amounts(), *_of_transfers(), *_of_reversals()), f"{MANAGED} {_JOINS}")


_JOINS = (
    f"LEFT JOIN transfers AS t ON {_SAME_GROUP} "
    "LEFT JOIN targets AS v ON v.entry_id = r.reverses_entry_id "
    "LEFT JOIN listings AS l ON l.entry_id = r.entry_id"
)


def derived_in_sql() -> tuple[str, str]:
    """What the load adds to entries, and the joins that it takes, in SQL over a row `r`."""
    out = "r.kind = 'transfer_out'"
    return (
        f"a.own AS own, coalesce({_LISTING_OF_KIND.replace('kind', 'r.kind')}, l.listing) AS listing, "
        f"CASE WHEN {out} THEN t.in_partner ELSE t.out_partner END AS counterparty_partner_id, "
        "c.own AS counterparty_own",
        f"{_JOINS} LEFT JOIN accounts AS a ON a.account_id = r.account_id LEFT JOIN accounts AS c "
        f"ON c.account_id = CASE WHEN {out} THEN t.in_account ELSE t.out_account END",
    )


def _gather(sieve: Sieve, stage: Stage, rows: str) -> None:
    """Make the tables `transfers`, `targets` of reversals and `listings` of adjustments that the rows concern."""
    sieve.run(
        f"CREATE OR REPLACE TEMP VIEW entries AS SELECT {_COLUMNS}, listing FROM {stage.record} "
        f"UNION ALL SELECT {_COLUMNS}, NULL FROM {rows}"
    )
    sieve.run(
        f"CREATE OR REPLACE TEMP TABLE transfers AS SELECT {_GROUP}, count(*) AS legs, sum(amount) AS total, "
        "count(DISTINCT occurred_at) AS instants, count(DISTINCT currency) AS currencies, "
        "count(*) FILTER (kind = 'transfer_in') AS ins, "
        + ", ".join(
            f"max({column}_id) FILTER (kind = 'transfer_{way}') AS {way}_{column}"
            for way in ("in", "out")
            for column in ("account", "partner")
        )
        + f" FROM entries WHERE {_IS_TRANSFER} AND transfer_id IN (SELECT transfer_id FROM {rows} WHERE {_IS_TRANSFER}) "
        "GROUP BY ALL"
    )
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE targets AS SELECT entry_id, account_id, kind, currency, amount "
        f"FROM entries WHERE entry_id IN (SELECT reverses_entry_id FROM {rows})"
    )
    sieve.run(f"CREATE OR REPLACE TEMP TABLE listings AS {_listings(rows)}")


def _listings(rows: str) -> str:
    """The listing of each adjustment: by its sign, or by that of the first of the entries that it goes back to.

    UNION, not UNION ALL: a circle of reversals ends there, without a listing.
    """
    return (
        "WITH RECURSIVE back AS ("
        f"SELECT entry_id, reverses_entry_id AS target, amount FROM {rows} WHERE kind = 'adjustment' "
        f"UNION SELECT back.entry_id, e.reverses_entry_id, e.amount FROM back JOIN {rows} AS e ON e.entry_id = back.target"
        ") SELECT back.entry_id, any_value(CASE WHEN back.target IS NOT NULL THEN known.listing "
        "WHEN back.amount > 0 THEN 'topped_up' ELSE 'usage' END) AS listing "
        "FROM back LEFT JOIN (SELECT entry_id, listing FROM entries WHERE listing IS NOT NULL) AS known "
        "ON known.entry_id = back.target GROUP BY back.entry_id"
    )


def _of_amounts() -> tuple[Rule, ...]:
    def kinds(sign: int) -> str:
        return ", ".join(f"'{kind}'" for kind, of_kind in KIND_SIGNS.items() if of_kind == sign)

    positive = f"(r.kind IN ({kinds(1)}) AND {{}}) OR (r.kind IN ({kinds(-1)}) AND {{}})"
    usual = positive.format("r.amount < 0", "r.amount > 0")
    reversed_ = positive.format("r.amount > 0", "r.amount < 0")
    return (
        Rule("amount", "zero", "r.amount = 0"),
        Rule("amount", "sign", f"CASE WHEN r.reverses_entry_id IS NULL THEN {usual} ELSE {reversed_} END"),
    )


def _of_transfers() -> tuple[Rule, ...]:
    whole = "t.legs = 2 AND t.ins = 1"
    other = "CASE WHEN r.kind = 'transfer_out' THEN t.in_account ELSE t.out_account END"
    return (
        Rule("transfer_id", "required", f"r.{_IS_TRANSFER} AND r.transfer_id IS NULL"),
        Rule("counterparty_account_id", "required", f"r.{_IS_TRANSFER} AND r.counterparty_account_id IS NULL"),
        Rule("transfer_id", "transfer_incomplete", f"NOT ({whole})"),
        Rule(
            "transfer_id",
            "transfer_mismatch",
            f"{whole} AND (t.instants > 1 OR t.currencies > 1 OR r.counterparty_account_id <> {other})",
        ),
        Rule("amount", "transfer_unbalanced", f"{whole} AND t.currencies = 1 AND t.total <> 0"),
    )


def _of_reversals() -> tuple[Rule, ...]:
    return (
        Rule("reverses_entry_id", "unknown_entry", "r.reverses_entry_id IS NOT NULL AND v.entry_id IS NULL"),
        Rule(
            "reverses_entry_id",
            "reversal_mismatch",
            "v.kind <> r.kind OR v.account_id <> r.account_id OR v.currency <> r.currency "
            "OR (v.amount > 0) = (r.amount > 0)",
        ),
        Rule(
            "reverses_entry_id",
            "reversal_circle",
            "r.kind = 'adjustment' AND v.entry_id IS NOT NULL AND l.listing IS NULL",
        ),
    )
