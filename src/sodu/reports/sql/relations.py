"""Which table answers a question: the facts, or sums of them that are kept beside them. The one place that decides.

Sums stand for their facts where every condition and every group of the question is among the keys that they were
added up by: what is left to do is to add up, and the order of additions does not matter to exact sums. Each sum is of one
batch, so that what counts as known is a condition on a key too. Anything else is asked of the facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sodu.reports.selection import Selection
from sodu.values.period import Period


@dataclass(frozen=True)
class Relation:
    """A table of facts, or of their sums, by the name `f`."""

    table: str
    day: str = "f.day"
    """A day that lies in a period exactly when the row's facts do."""
    is_rollup: bool = True
    accounts: str = ""
    """The column that adds up to how many accounts there are in a month; else they are told apart by their numbers."""

    @property
    def source(self) -> str:
        """What stands after FROM."""
        return f"{self.table} AS f"

    def count(self, condition: str = "", key: str = "charge_id") -> str:
        """How many facts there are, or meet a condition; of facts, `key` is a column that all have."""
        if self.is_rollup:
            return f"coalesce(sum({f'CASE WHEN {condition} THEN f.facts END' if condition else 'f.facts'}), 0)"
        return f"count(CASE WHEN {condition} THEN f.{key} END)" if condition else "count(*)"

    @property
    def is_transfer(self) -> str:
        """That entries have a counterparty."""
        return "f.is_transfer" if self.is_rollup else "f.counterparty IS NOT NULL"

    @property
    def is_top_up(self) -> str:
        """That there is an entry that tops up."""
        return "f.top_ups > 0" if self.is_rollup else "f.kind = 'topup' AND f.amount > 0"


_DAYS_OF_A_MONTH_MAX = 31

CHARGES = Relation("charges", is_rollup=False)
ENTRIES = Relation("credit_entries", is_rollup=False)
# A row of the presence is of one month, which its first day lies in: whole months hold it or do not.
BY_MONTH = Relation("charges_presence", "f.first_day")
SERVICES_BY_MONTH = Relation("charges_by_service_month", "f.first_day", accounts="f.new_accounts")
ACCOUNTS_BY_MONTH = Relation("charges_by_account_month", "f.first_day")
BY_SERVICE = Relation("charges_by_service")
BY_ACCOUNT = Relation("charges_by_account")
ENTRIES_BY_ACCOUNT = Relation("credit_entries_by_account")


def windows_of(selection: Selection) -> dict[str, Period]:
    """The periods that an answer sums, by the suffix of their columns."""
    windows = {"": selection.period}
    if selection.compare:
        windows["_before"] = selection.compare
    return windows


def for_groups(selection: Selection, key: str, by: str | None) -> Relation:
    """What a row for each service, or for each account, is summed from; accounts are counted in each."""
    if not _may_sum(selection):
        return CHARGES
    if _is_of_months(selection) and by in (None, "month", "quarter"):
        if key == "account":
            return ACCOUNTS_BY_MONTH if selection.services is None else BY_MONTH
        return _counted(selection, by) or BY_MONTH
    # By day, accounts and services are kept apart: which account bought which service on a day only the facts know.
    return BY_ACCOUNT if key == "account" and selection.services is None else CHARGES


def for_series(selection: Selection, by: str) -> Relation:
    """What charges along time are summed from, whoever bought them and whatever they were for."""
    if not _may_sum(selection):
        return CHARGES
    is_of_months = _is_of_months(selection) and by in ("month", "quarter")
    if selection.accounts is None:
        return SERVICES_BY_MONTH if is_of_months else BY_SERVICE
    if selection.services is None:
        return ACCOUNTS_BY_MONTH if is_of_months else BY_ACCOUNT
    return BY_MONTH if is_of_months else CHARGES


def for_cuts(selection: Selection) -> tuple[Relation, Relation]:
    """What is summed in detail and by service, and what by account: one relation for all, or one for each."""
    if not _may_sum(selection):
        return CHARGES, CHARGES
    is_of_months = _is_of_months(selection)
    if selection.accounts is None and selection.services is None:
        return (SERVICES_BY_MONTH, ACCOUNTS_BY_MONTH) if is_of_months else (BY_SERVICE, BY_ACCOUNT)
    return (BY_MONTH, BY_MONTH) if is_of_months else (CHARGES, CHARGES)


def for_entries(selection: Selection, *, with_internal: bool) -> Relation:
    """What credit is summed from; `with_internal` asks whether a transfer's other account is selected too."""
    if not _may_sum(selection) or selection.services is not None:
        return ENTRIES
    # Whose a counterparty is the sums tell; which account it is they do not.
    return ENTRIES if with_internal and selection.accounts is not None else ENTRIES_BY_ACCOUNT


def for_balances(selection: Selection) -> Relation:
    """What accounts had before a day is summed from, whatever of them is asked for."""
    return ENTRIES_BY_ACCOUNT if _may_sum(selection) else ENTRIES


def _may_sum(selection: Selection) -> bool:
    """Whether there are sums, and nothing is asked that facts alone tell: which discounts they captured, what they say."""
    return selection.rollups and not selection.discounts and selection.found is None


def _counted(selection: Selection, by: str | None) -> Relation | None:
    """Months of services, where each of their accounts is counted once in what is asked for."""
    # In two months an account is new twice; and one that is new in a batch withdrawn later may be in others too.
    single = by == "month" or all(_is_a_month(period) for period in windows_of(selection).values())
    if not single or selection.accounts is not None or selection.known.withdrawn:
        return None
    if selection.partners is None:
        return SERVICES_BY_MONTH
    one = len(selection.partners) == 1
    return replace(SERVICES_BY_MONTH, accounts="f.new_accounts_of_partner") if one else None


def _is_a_month(period: Period) -> bool:
    return period.is_whole_months() and (period.end - period.start).days <= _DAYS_OF_A_MONTH_MAX


def _is_of_months(selection: Selection) -> bool:
    return all(period.is_whole_months() for period in windows_of(selection).values())
