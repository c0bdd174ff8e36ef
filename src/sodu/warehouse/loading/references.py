"""The rules between rows, as data: of a row with itself, and with partners, accounts and services that are known."""

from __future__ import annotations

from dataclasses import dataclass

from sodu.warehouse.loading.descriptions import latest
from sodu.warehouse.loading.problems import Problems
from sodu.warehouse.loading.sieve import Sieve, named
from sodu.warehouse.loading.stage import Stage


@dataclass(frozen=True)
class Rule:
    """What may not be: a condition in SQL over a row `r`, the column that is to blame, and the code."""

    field: str
    code: str
    broken: str


@dataclass(frozen=True)
class Rules:
    """The rules of a table, and what each row must be joined with to ask them; a row matches at most once."""

    rules: tuple[Rule, ...]
    joins: str = ""


def find_breaches(sieve: Sieve, rows: str, rules: Rules, problems: Problems) -> int:
    """Ask all rules in one scan, then name the rows only of those that are broken."""
    if not rules.rules:
        return 0
    asked = ", ".join(f"count(*) FILTER ({rule.broken})" for rule in rules.rules)
    counts = sieve.run(f"SELECT {asked} FROM {rows} AS r {rules.joins}")[0]
    return sum(
        problems.add(
            f"SELECT r._source, r._row, '{rule.field}' AS field, '{rule.code}' AS code, {_text(rule.field)} AS value "
            f"FROM {rows} AS r {rules.joins} WHERE {rule.broken}"
        )
        for rule, count in zip(rules.rules, counts, strict=True)
        if count
    )


def _text(field: str) -> str:
    """A value as its sender may have written it."""
    value = f"r.{named(field)}"
    if field.endswith("_amount") or field == "amount":
        return f"regexp_replace(CAST({value} AS VARCHAR), '\\.?0+$', '')"
    if field.endswith("_at") or field in ("service_from", "service_to"):
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"CAST({value} AS VARCHAR)"


def _unknown(field: str, code: str, table: str, key: str) -> Rule:
    return Rule(field, code, f"r.{field} IS NOT NULL AND r.{field} NOT IN (SELECT {key} FROM {table})")


UNKNOWN_PARTNER = _unknown("partner_id", "unknown_partner", "partners", "partner_id")
UNKNOWN_ACCOUNT = _unknown("account_id", "unknown_account", "accounts", "account_id")
UNKNOWN_SERVICE = _unknown("service_id", "unknown_service", "services", "service_id")

MANAGED = (
    "LEFT JOIN managed AS m ON m.account_id = r.account_id AND m.partner_id = r.partner_id "
    "AND r.occurred_at >= m.starts AND r.occurred_at < m.ends"
)
NOT_MANAGED = Rule(
    "partner_id",
    "not_managed",
    "m.account_id IS NULL AND r.account_id IN (SELECT account_id FROM accounts) "
    "AND r.partner_id IN (SELECT partner_id FROM partners)",
)
OF_FACTS = (UNKNOWN_PARTNER, UNKNOWN_ACCOUNT, UNKNOWN_SERVICE, NOT_MANAGED)


def account_rules(sieve: Sieve, stage: Stage, rows: str) -> Rules:
    """Accounts: their partner exists, their type is one, their ranges do not overlap."""
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE ranges AS "
        + latest(stage, rows, "account_type, partner_id, managed_from, managed_to")
    )
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE overlapping AS SELECT DISTINCT a._source, a._row FROM ranges AS a JOIN ranges AS b "
        "ON a.account_id = b.account_id AND a.managed_from <> b.managed_from "
        "AND a.managed_from < coalesce(b.managed_to, DATE 'infinity') "
        "AND b.managed_from < coalesce(a.managed_to, DATE 'infinity')"
    )
    sieve.run(
        "CREATE OR REPLACE TEMP TABLE types AS "
        "SELECT account_id, arg_min(account_type, (_seq, _source, _row)) AS first_type FROM ranges GROUP BY account_id"
    )
    return Rules(
        (
            UNKNOWN_PARTNER,
            Rule("managed_to", "order", "r.managed_to <= r.managed_from"),
            Rule("account_type", "account_type", "r.account_type <> t.first_type"),
            Rule("managed_from", "overlap", "o._row IS NOT NULL"),
        ),
        "LEFT JOIN types AS t ON t.account_id = r.account_id "
        "LEFT JOIN overlapping AS o ON o._source = r._source AND o._row = r._row",
    )


def discount_rules(_sieve: Sieve, _stage: Stage, _rows: str) -> Rules:
    """Discounts: of whom, on what, and in an order of time that can be."""
    return Rules(
        (
            UNKNOWN_PARTNER,
            UNKNOWN_ACCOUNT,
            UNKNOWN_SERVICE,
            Rule("account_id", "required", "r.owner = 'customer' AND r.account_id IS NULL"),
            Rule(
                "account_id",
                "not_customer",
                "r.owner = 'customer' AND r.account_id IN (SELECT account_id FROM accounts WHERE own)",
            ),
            Rule("service_id", "exactly_one", "(r.service_id IS NULL) = (r.product_group IS NULL)"),
            Rule("decision", "both_or_neither", "(r.decided_at IS NULL) <> (r.decision IS NULL)"),
            Rule("decided_at", "order", "r.decided_at < r.requested_at"),
            Rule("active_to", "order", "r.active_to <= r.active_from"),
        )
    )


def charge_rules(_sieve: Sieve, stage: Stage, _rows: str) -> Rules:
    """Charges: of a managed account and a known service, and consistent in themselves."""
    lenient = [staged.number for staged in stage.sources if staged.source.is_focus]
    named_by_sender = f"r._source NOT IN ({', '.join(map(str, lenient))})" if lenient else "TRUE"
    return Rules(
        (
            *OF_FACTS,
            Rule("service_to", "order", "r.service_to <= r.service_from"),
            Rule("customer_amount", "own_amount", "r.own AND r.customer_amount <> r.partner_amount"),
            Rule(
                "corrects_charge_id",
                "required",
                f"r.charge_type = 'correction' AND r.corrects_charge_id IS NULL AND {named_by_sender}",
            ),
        ),
        MANAGED,
    )


def no_rules(_sieve: Sieve, _stage: Stage, _rows: str) -> Rules:
    """Tables whose rows stand for themselves."""
    return Rules(())
