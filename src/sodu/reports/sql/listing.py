"""SQL of the listings: a row for each fact, paged by the keys of its order."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sodu.reports.column import Kind
from sodu.reports.report import Field, Report
from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.reports.sql.relations import Relation, for_balances
from sodu.values.errors import WrongUsage
from sodu.values.limits import PAGE_BALANCES_MAX
from sodu.values.text import mark as _
from sodu.warehouse.engine import Query

_SQL_TYPES = {
    Kind.MONEY: "DECIMAL(38,12)",
    Kind.QUANTITY: "DECIMAL(38,15)",
    Kind.RATE: "DECIMAL(38,9)",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
}

NO_TOKEN = _("after: this is no `next` of a page of this report in this order")
_READERS: dict[Kind, Callable[[str], Any]] = {
    Kind.MONEY: Decimal,
    Kind.QUANTITY: Decimal,
    Kind.RATE: Decimal,
    Kind.INSTANT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
    Kind.COUNT: int,
}


@dataclass(frozen=True)
class Step:
    """One column of an order."""

    field: Field
    descending: bool


@dataclass(frozen=True)
class Page:
    """Which rows of a listing: their order, how many (None: all), and the row that they come after."""

    order: tuple[Step, ...]
    limit: int | None
    after: tuple[Any, ...] | None


def order_of(report: Report, sort: tuple[str, ...]) -> tuple[Step, ...]:
    """The total order that a sort asks for: its columns, then the report's own, then the key."""
    fields = {field.name: field for field in report.fields}
    steps: list[Step] = []
    for text in (*sort, *report.sort, *report.keys):
        name = text.removeprefix("-")
        if name not in fields or not fields[name].sortable:
            raise WrongUsage(
                _("sort: {slug} cannot be sorted by {name}; it can by {known}"),
                slug=report.slug,
                name=name,
                known=", ".join(name for name, field in fields.items() if field.sortable),
            )
        if all(step.field.name != name for step in steps):
            steps.append(Step(fields[name], text.startswith("-")))
    return tuple(steps)


def token_of(values: list[Any], seq: int) -> str:
    """Where the next page begins: the last row's place in the order, and what was known."""
    words = json.dumps([seq, *values], separators=(",", ":"), ensure_ascii=False, default=str)
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def read_token(token: str, kinds: Sequence[Kind]) -> tuple[int, tuple[Any, ...]]:
    """The journal number and the place that `token_of` wrote; raises WrongUsage for any other text."""
    try:
        seq, *texts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        values = [
            None if text is None else _READERS.get(kind, str)(text) for kind, text in zip(kinds, texts, strict=True)
        ]
        if type(seq) is int:
            return seq, tuple(values)
    except (ValueError, TypeError, ArithmeticError):
        pass
    raise WrongUsage(NO_TOKEN)


def token_seq(token: str) -> int:
    """The journal number that a `next` was made at."""
    try:
        seq, *_values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if type(seq) is int:
            return seq
    except (ValueError, TypeError):
        pass
    raise WrongUsage(NO_TOKEN)


def rows(report: Report, selection: Selection, page: Page) -> Query:
    """The rows of a page, names and balances joined to them."""
    parameters = Parameters()
    named = any(alias in step.field.sql for step in page.order for alias in ("a.", "s.", "c.", "p.", "pk."))
    conditions = [*conditions_of(report, selection, parameters)]
    if page.after is not None:
        conditions.append(_comes_after(page, parameters))
    order = ", ".join(_step(step) for step in page.order)
    paged = "" if page.limit is None else f"\n  ORDER BY {order}\n  LIMIT {page.limit + 1}"
    places = ", ".join(f"{step.field.sql} AS order_{i}" for i, step in enumerate(page.order))
    with_balance = any(field.sql.startswith("b.") for field in report.fields)
    tables = [
        fragments.accounts_known(selection, parameters),
        fragments.services_known(selection, parameters),
        f"""page AS (
  SELECT f.*, {places}
  FROM {report.fact} AS f{_names(report) if named else ""}
  WHERE {" AND ".join(conditions)}{paged}
)""",
    ]
    if with_balance:
        tables.append(_balances(selection, page.limit, parameters))
    shown = ",\n  ".join(f"{field.sql} AS {field.name}" for field in report.fields)
    again = ", ".join(_step(step, f"f.order_{i}") for i, step in enumerate(page.order))
    balance = "\nJOIN balances AS b ON b.seq = f.seq AND b.entry_id = f.entry_id" if with_balance else ""
    return parameters.query(
        f"WITH {(',' + chr(10)).join(tables)}\n"
        f"SELECT\n  {shown}\nFROM page AS f{_names(report)}{balance}\nORDER BY {again}"
    )


def conditions_of(report: Report, selection: Selection, parameters: Parameters) -> list[str]:
    """What makes a fact a row of the report."""
    conditions = [
        *fragments.selected("f", selection, parameters),
        fragments.within("f.day", selection.period, "", parameters),
        *fragments.searched(selection, parameters),
    ]
    if report.listing:
        conditions.append(f"f.listing = '{report.listing}'")
        conditions += fragments.entries(selection, parameters)
    return conditions


def _names(report: Report) -> str:
    """Joins to what facts name by key: a account, s service, c currency, and p the counterparty of a transfer."""
    joins = (
        "\nLEFT JOIN accounts_known AS a ON a.account = f.account"
        "\nLEFT JOIN services_known AS s ON s.service = f.service"
        "\nLEFT JOIN currency_keys AS c ON c.currency = f.currency"
    )
    if report.fact == "credit_entries":
        # Its id stands in the entry itself; its name is only for those who may see that account.
        joins += (
            "\nLEFT JOIN account_keys AS pk ON pk.account = f.counterparty"
            "\nLEFT JOIN accounts_known AS p ON p.account = f.counterparty"
        )
    return joins


def _balances(selection: Selection, limit: int | None, parameters: Parameters) -> str:
    """Balances of the accounts on the page, after each of its entries.

    A few rows are each joined with what came before them; many are cheaper to run through in order.
    """
    conditions = [fragments.known("f", selection, parameters)]
    if selection.partners is not None:
        conditions.append(fragments.among("f.partner", "partners", selection.partners, parameters))
    conditions.append(f"f.day < {fragments.day('end', selection.period.end, parameters)}")
    where = " AND ".join(conditions)
    if limit is not None and limit <= PAGE_BALANCES_MAX:
        return _balances_of_few(where, for_balances(selection))
    return f"""balances AS (
  SELECT f.seq, f.entry_id, sum(f.amount) OVER (
    PARTITION BY f.account, f.currency ORDER BY f.occurred_at, f.entry_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS balance_after
  FROM credit_entries AS f
  WHERE {where} AND f.account IN (SELECT account FROM page)
)"""


def _balances_of_few(where: str, relation: Relation) -> str:
    """Each row joined with what came before it: up to two days before the page as its sums, then entry by entry."""
    if not relation.is_rollup:
        return f"""balances AS (
  SELECT p.seq, p.entry_id, sum(f.amount) AS balance_after
  FROM credit_entries AS f JOIN page AS p ON p.account = f.account AND p.currency = f.currency
  WHERE {where}
    AND (f.occurred_at < p.occurred_at OR (f.occurred_at = p.occurred_at AND f.entry_id <= p.entry_id))
  GROUP BY p.seq, p.entry_id
)"""
    # Where clocks go back over midnight, a day's last minute may come before the day before has ended.
    first, last = ("(SELECT min(day) - 1 FROM page)", "(SELECT max(day) + 1 FROM page)")
    return f"""balances AS (
  SELECT p.seq, p.entry_id, sum(m.amount) AS balance_after
  FROM page AS p JOIN (
    SELECT f.account, f.currency, NULL AS occurred_at, NULL AS entry_id, sum(f.amount) AS amount
    FROM {relation.source}
    WHERE {where} AND f.day < {first}
    GROUP BY f.account, f.currency
    UNION ALL
    SELECT f.account, f.currency, f.occurred_at, f.entry_id, f.amount
    FROM credit_entries AS f
    WHERE {where} AND f.day >= {first} AND f.day <= {last}
  ) AS m ON m.account = p.account AND m.currency = p.currency
  WHERE m.entry_id IS NULL OR m.occurred_at < p.occurred_at
    OR (m.occurred_at = p.occurred_at AND m.entry_id <= p.entry_id)
  GROUP BY p.seq, p.entry_id
)"""


def _step(step: Step, sql: str | None = None) -> str:
    return f"{sql or step.field.sql} {'DESC NULLS LAST' if step.descending else 'ASC NULLS FIRST'}"


def _comes_after(page: Page, parameters: Parameters) -> str:
    """That a row comes later in the order than the row whose place is given."""
    later = "FALSE"
    values = list(zip(page.order, page.after or (), strict=True))
    for index, (step, value) in reversed(list(enumerate(values))):
        sql = step.field.sql
        if value is None:
            rest = f"({sql} IS NULL AND {later})"
            later = rest if step.descending else f"({sql} IS NOT NULL OR {rest})"
            continue
        place = parameters.place(f"after_{index}", _SQL_TYPES.get(step.field.column.kind, "VARCHAR"), value)
        rest = f"({sql} = {place} AND {later})"
        later = f"({sql} < {place} OR {sql} IS NULL OR {rest})" if step.descending else f"({sql} > {place} OR {rest})"
    # The plain bound on the first column lets the engine skip what lies before it unread.
    first, value = values[0]
    if value is not None and not first.descending:
        later = f"{first.field.sql} >= $after_0 AND {later}"
    return later
