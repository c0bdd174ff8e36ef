"""From a question's ids to the engine's keys: what a reader may see and asked for, as known then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sodu.reports.conditions import Conditions
from sodu.reports.kept_rows import kept_rows
from sodu.reports.scope import Scope
from sodu.values.errors import WrongUsage
from sodu.values.period import Period
from sodu.values.text import Text, mark as _
from sodu.warehouse.engine import Engine, Known, Parameter, Query


@dataclass(frozen=True)
class Found:
    """What a search finds: rows that name one of some accounts or services, or that hold the text as it stands."""

    text: str
    accounts: tuple[int, ...]
    services: tuple[int, ...]
    named: tuple[str, ...] = ()
    """SQL of a fact's columns that name accounts."""
    written: tuple[str, ...] = ()
    """SQL of its own ids and texts."""


@dataclass(frozen=True)
class Selection:
    """A question resolved: keys in place of ids. None stands for all."""

    known: Known
    period: Period
    compare: Period | None
    partners: tuple[int, ...] | None
    own: bool | None
    accounts: tuple[int, ...] | None
    services: tuple[int, ...] | None
    currency: int | None
    kinds: tuple[str, ...] = ()
    """Kinds of credit entries; none named stands for all."""
    only_internal: bool = False
    """Only transfers whose other account is selected too."""
    discounts: tuple[str, ...] = ()
    """Charges that captured one of these alone; none named stands for all."""
    found: Found | None = None
    """What is searched for, where rows are looked at one by one: their sums do not tell it."""
    rollups: bool = False
    """Whether the engine keeps sums of facts beside the facts."""


def resolve(conditions: Conditions, scope: Scope, engine: Engine, known: Known) -> Selection:
    """Look up the ids that a question names.

    Raises WrongUsage for an id that is not in the record as known then, or that the reader may not see: the two
    are told apart by nothing.
    """
    finder = _Finder(engine, known)
    partners = None if scope.partners is None else finder.partners(scope.partners)
    return Selection(
        known=known,
        period=conditions.period,
        compare=conditions.compare,
        partners=partners,
        own=None if conditions.account_type == "both" else conditions.account_type == "partner",
        accounts=_accounts(conditions, scope, finder, partners),
        services=_services(conditions, finder),
        currency=finder.currency(conditions.currency) if conditions.currency else None,
        kinds=conditions.kind,
        discounts=conditions.discount,
        rollups=engine.rollups,
    )


def _accounts(
    conditions: Conditions, scope: Scope, finder: _Finder, partners: tuple[int, ...] | None
) -> tuple[int, ...] | None:
    asked = conditions.account
    if scope.accounts is not None:
        seen = set(scope.accounts)
        hidden = [account for account in asked if account not in seen]
        if hidden:
            raise _unknown("account", hidden[0])
        asked = asked or scope.accounts
        if not asked:
            return (-1,)
    return finder.accounts(asked, partners) if asked else None


def _services(conditions: Conditions, finder: _Finder) -> tuple[int, ...] | None:
    if not conditions.service and not conditions.product_group:
        return None
    named = set(finder.services(conditions.service)) if conditions.service else None
    grouped = set(finder.product_groups(conditions.product_group)) if conditions.product_group else None
    if named is not None and grouped is not None:
        named &= grouped
    # No service at all is still a selection: of nothing.
    return tuple(sorted(named if named is not None else grouped or ())) or (-1,)


def _unknown(name: str, value: str) -> WrongUsage:
    texts: dict[str, Text] = {
        "partner": _("partner: there is no partner '{value}'"),
        "account": _("account: there is no account '{value}' that you may see"),
        "service": _("service: there is no service '{value}'"),
        "product_group": _("product_group: there is no product group '{value}'"),
    }
    return WrongUsage(texts[name], value=value)


class _Finder:
    """Looks keys up among the descriptions that are known."""

    def __init__(self, engine: Engine, known: Known) -> None:
        self._engine = engine
        self._known = known

    def partners(self, ids: Sequence[str]) -> tuple[int, ...]:
        return self._keys("partner", ids)

    def accounts(self, ids: Sequence[str], partners: tuple[int, ...] | None) -> tuple[int, ...]:
        if partners is None:
            return self._keys("account", ids)
        return self._keys("account", ids, partners)

    def services(self, ids: Sequence[str]) -> tuple[int, ...]:
        return self._keys("service", ids)

    def product_groups(self, groups: Sequence[str]) -> tuple[int, ...]:
        return self._all_found("product_group", groups, self._versions("service", "v.product_group", groups))

    def currency(self, code: str) -> int:
        rows = kept_rows(
            self._engine,
            self._known,
            Query(
                "SELECT code AS id, currency AS key FROM currency_keys WHERE code = $code",
                {"code": Parameter("VARCHAR", code)},
            ),
        )
        # A currency without amounts is an honest question with an empty answer.
        return int(str(rows[0]["key"])) if rows else -1

    def _keys(self, name: str, ids: Sequence[str], partners: Sequence[int] | None = None) -> tuple[int, ...]:
        return self._all_found(name, ids, self._versions(name, f"k.{name}_id", ids, partners))

    def _versions(
        self, name: str, column: str, ids: Sequence[str], partners: Sequence[int] | None = None
    ) -> tuple[dict[str, object], ...]:
        """Which of some values stand in a column of the descriptions known, and the keys of their rows."""
        condition = ""
        parameters = {
            "ids": Parameter("VARCHAR[]", list(ids)),
            "known": Parameter("INTEGER", self._known.seq),
        }
        if self._known.withdrawn:
            condition += " AND v.seq NOT IN (SELECT unnest($withdrawn))"
            parameters["withdrawn"] = Parameter("INTEGER[]", list(self._known.withdrawn))
        if partners is not None:
            condition += " AND v.partner IN (SELECT unnest($partners))"
            parameters["partners"] = Parameter("INTEGER[]", list(partners))
        return kept_rows(
            self._engine,
            self._known,
            Query(
                f"SELECT DISTINCT {column} AS id, v.{name} AS key FROM {name}_versions AS v "
                f"JOIN {name}_keys AS k ON k.{name} = v.{name} "
                f"WHERE v.seq <= $known AND {column} IN (SELECT unnest($ids)){condition}",
                parameters,
            ),
        )

    @staticmethod
    def _all_found(name: str, asked: Sequence[str], rows: Sequence[dict[str, object]]) -> tuple[int, ...]:
        found = {row["id"] for row in rows}
        for value in asked:
            if value not in found:
                raise _unknown(name, value)
        return tuple(sorted({int(str(row["key"])) for row in rows}))
