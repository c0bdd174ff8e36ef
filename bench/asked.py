"""Questions that are asked of several engines, in the SQL that all have in common."""

from __future__ import annotations

from dataclasses import dataclass

AMOUNTS = ("list", "sales", "cost", "own_use", "tax", "charges", "accounts")
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
