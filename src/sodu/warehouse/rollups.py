"""Facts added up beside themselves: for each batch, by day or month and by what reports group by. Derived, as all is.

Every row is of one batch, so that what counts as known at a journal number is told of sums as it is of facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sodu.warehouse.duckdb import Connection

_AMOUNT = "DECIMAL(38,12)"
_TYPES = {
    "seq": "INTEGER NOT NULL",
    "month": "INTEGER NOT NULL",
    "day": "DATE NOT NULL",
    "own": "BOOLEAN NOT NULL",
    "kind": "VARCHAR NOT NULL",
    "listing": "VARCHAR NOT NULL",
    "is_transfer": "BOOLEAN NOT NULL",
    "counterparty_own": "BOOLEAN",
}
"""Of keys that are no numbers of things."""


@dataclass(frozen=True)
class Sum:
    """A column that adds facts up: by `of_facts` over them, by `of_cells` over what was added up before."""

    name: str
    type: str
    of_facts: str
    of_cells: str


@dataclass(frozen=True)
class Rollup:
    """A table of sums. `keys` are what its rows are told apart by, in the order in which they lie."""

    name: str
    fact: str
    keys: tuple[str, ...]
    sums: tuple[Sum, ...]

    @cached_property
    def order(self) -> str:
        """The order of its rows on disk: what a question meets lies together."""
        return ", ".join(("month", "partner", *(key for key in self.keys if key not in ("month", "partner"))))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The name and the type of each of its columns."""
        return [(key, _TYPES.get(key, "INTEGER")) for key in self.keys] + [(each.name, each.type) for each in self.sums]

    @property
    def statement(self) -> str:
        """The statement that makes it, empty."""
        return f"CREATE TABLE {self.name} ({', '.join(f'{name} {type_}' for name, type_ in self.columns)})"

    def of_facts(self, condition: str) -> str:
        """Its rows as the facts that meet a condition give them."""
        sums = ", ".join(f"({column.of_facts})::{column.type} AS {column.name}" for column in self.sums)
        keys = ", ".join(f"{FACT_KEYS.get(key, key)} AS {key}" for key in self.keys)
        return f"SELECT {keys}, {sums} FROM {self.fact} WHERE {condition} GROUP BY ALL"

    def of_batch(self) -> str:
        """Its rows for the batch whose cells lie ready."""
        return self.of_cells("cells")

    def of_cells(self, cells: str) -> str:
        """Its rows as cells give them, in their order."""
        sums = ", ".join(f"({column.of_cells})::{column.type} AS {column.name}" for column in self.sums)
        return f"SELECT {', '.join(self.keys)}, {sums} FROM {cells} GROUP BY ALL ORDER BY {self.order}"


@dataclass(frozen=True)
class Counted(Rollup):
    """Months of services with how many accounts were new in each: to the month, and to its partner in that month.

    An account is new in the row of the earliest batch that shows it with the service and the currency, and of one partner
    alone: so that the rows of the batches up to any number count each account once, while none of them is withdrawn.
    """

    def of_facts(self, condition: str) -> str:
        """Its rows as the presence gives them, which is compared with the facts itself."""
        return self.of_cells(_numbered(condition))

    def of_batch(self) -> str:
        """Its rows as the presence gives them, for the batch whose cells lie ready."""
        # Whether an account is new is a question of its own rows alone.
        numbered = _numbered("month IN (SELECT month FROM cells) AND account IN (SELECT account FROM cells)")
        return self.of_cells(f"(SELECT * FROM {numbered} WHERE seq = (SELECT max(seq) FROM cells))")


def _numbered(condition: str) -> str:
    bought = "PARTITION BY month, account, service, currency"
    return (
        f"(SELECT *, row_number() OVER ({bought} ORDER BY seq, partner) AS nth, "
        f"row_number() OVER ({bought}, partner ORDER BY seq) AS nth_of_partner FROM charges_presence WHERE {condition})"
    )


FACT_KEYS = {"is_transfer": "counterparty IS NOT NULL"}
"""Keys that are no columns of the facts, and what they are made of there."""

_FACTS = Sum("facts", "BIGINT", "count(*)", "sum(facts)")
_FIRST_DAY = Sum("first_day", "DATE", "min(day)", "min(day)")
_REACH = (
    _FIRST_DAY,
    Sum("last_at", "TIMESTAMP", "max(occurred_at)", "max(last_at)"),
)
_TOP_UPS = Sum("top_ups", "BIGINT", "count(CASE WHEN kind = 'topup' AND amount > 0 THEN 1 END)", "sum(top_ups)")


def _amounts(*names: str) -> tuple[Sum, ...]:
    return tuple(Sum(name, _AMOUNT, f"sum({name})", f"sum({name})") for name in names)


_CHARGED = (*_amounts("list_amount", "partner_amount", "customer_amount", "tax_amount"), _FACTS)
_NEW = (
    Sum("new_accounts", "BIGINT", "", "count(CASE WHEN nth = 1 THEN 1 END)"),
    Sum("new_accounts_of_partner", "BIGINT", "", "count(CASE WHEN nth_of_partner = 1 THEN 1 END)"),
)
_PRESENCE = ("seq", "month", "partner", "account", "own", "service", "currency")
_OF_CREDIT = ("currency", "kind", "listing", "is_transfer", "counterparty_partner", "counterparty_own")

ROLLUPS = {
    "charges": (
        Rollup("charges_presence", "charges", _PRESENCE, (*_REACH, *_CHARGED)),
        Rollup(
            "charges_by_service",
            "charges",
            ("seq", "month", "day", "partner", "own", "service", "currency"),
            _CHARGED,
        ),
        Rollup(
            "charges_by_account",
            "charges",
            ("seq", "month", "day", "partner", "account", "own", "currency"),
            _CHARGED,
        ),
        Rollup(
            "charges_by_account_month",
            "charges",
            ("seq", "month", "partner", "account", "own", "currency"),
            (_FIRST_DAY, *_CHARGED),
        ),
        # After the presence, of which it is made.
        Counted(
            "charges_by_service_month",
            "charges",
            ("seq", "month", "partner", "own", "service", "currency"),
            (replace(_FIRST_DAY, of_cells="min(first_day)"), *_CHARGED, *_NEW),
        ),
    ),
    "credit_entries": (
        Rollup("credit_entries_presence", "credit_entries", _PRESENCE, (*_REACH, _FACTS)),
        Rollup(
            "credit_entries_by_account",
            "credit_entries",
            ("seq", "month", "day", "partner", "account", "own", *_OF_CREDIT),
            (*_amounts("amount"), _FACTS, _TOP_UPS),
        ),
    ),
}
"""By table of facts. The presence of a thing is by month; what is summed for reports is by day too."""


def cells_of(fact: str, condition: str) -> str:
    """Facts that meet a condition, added up by all that their rollups tell apart: what those are made of."""
    keys = dict.fromkeys(key for rollup in ROLLUPS[fact] for key in rollup.keys)
    sums = {
        column.name: column
        for rollup in ROLLUPS[fact]
        for column in rollup.sums
        if column.of_facts and column.name != "first_day"
    }
    return Rollup("cells", fact, tuple(keys), tuple(sums.values())).of_facts(condition)


def wrongly_added_up(connection: Connection) -> list[int]:
    """The batches of which a rollup says otherwise than the facts; month by month, to take little memory."""
    found: set[int] = set()
    for fact, rollups in ROLLUPS.items():
        for rollup in rollups:
            months = connection.execute(
                f"SELECT month FROM {fact} UNION SELECT month FROM {rollup.name} ORDER BY month"
            ).fetchall()
            for (month,) in months:
                sums = rollup.of_facts("month = $month")
                kept = f"SELECT * FROM {rollup.name} WHERE month = $month"
                found.update(
                    seq
                    for (seq,) in connection.execute(
                        f"SELECT DISTINCT seq FROM ((({sums}) EXCEPT ALL ({kept})) UNION ALL (({kept}) EXCEPT ALL ({sums})))",
                        {"month": month},
                    ).fetchall()
                )
    return sorted(found)
