"""A question that came in a query string: parsed once, answered for the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from sodu.entrances import clock
from sodu.entrances.web import metrics
from sodu.entrances.web.running import record
from sodu.people.accounts.models import User
from sodu.people.tenants.scope import scope_for
from sodu.reports.catalog import report_of
from sodu.reports.conditions import Conditions, parse
from sodu.reports.report import Report
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable

PARTNER = "partner"
"""A word beside the conditions: the provider's people narrow what they see to one partner by it."""

BACK = "back"
"""A word beside the conditions: the portal's own address that a page leads back to."""

VIEW = "view"
"""A word beside the conditions: the saved view that a page was opened from."""


@dataclass(frozen=True)
class Asked:
    """A question, valid, and whose facts it is about."""

    report: Report
    conditions: Conditions
    scope: Scope
    partner: str | None

    @cached_property
    def query(self) -> str:
        """The question's canonical query text, without where a page begins."""
        words = self.conditions.wire() | ({PARTNER: self.partner} if self.partner else {})
        return query_text(words)

    def answer(self) -> ResultTable:
        """The answer."""
        with metrics.reported(self.report.slug):
            return run(self.report, self.conditions, self.scope, record(), clock.now())


def ask(user: User, slug: str, query: QueryDict) -> Asked:
    """The question of a query string; raises WrongUsage, as everywhere, for what is ill-formed or unknown."""
    words = {name: [str(value) for value in values if value != ""] for name, values in query.lists()}
    words.pop(BACK, None)
    words.pop(VIEW, None)
    partner = next(iter(words.pop(PARTNER, ())), None)
    report, conditions = parsed(slug, words)
    return Asked(report, conditions, scope_for(user, partner), partner)


def parsed(slug: str, words: dict[str, list[str]]) -> tuple[Report, Conditions]:
    """The report and the conditions that some words mean today; raises WrongUsage for what is ill-formed or unknown."""
    report, today = report_of(slug), clock.now().astimezone(ZoneInfo(record().zone)).date()
    return report, parse(report, {name: values for name, values in words.items() if values}, today)


def query_text(words: dict[str, object]) -> str:
    """Words as a query string: lists of columns with commas, of anything else one by one."""
    pairs: list[tuple[str, str]] = []
    for name, value in words.items():
        if isinstance(value, list) and name in ("sort", "columns"):
            pairs.append((name, ",".join(value)))
        elif isinstance(value, list):
            pairs += [(name, str(each)) for each in value]
        elif value is True:
            pairs.append((name, "yes"))
        else:
            pairs.append((name, str(value)))
    return "&".join([f"{quoted(name, ',:')}={quoted(value, ',:')}" for name, value in pairs])


@lru_cache(maxsize=8192)
def quoted(text: str, safe: str = ",:/") -> str:
    """A name or a value as it stands in a query string."""
    return quote_plus(text, safe=safe)


def way_back(query: QueryDict) -> str | None:
    """Where a page leads back to: an address of the portal itself, or nowhere."""
    place = query.get(BACK, "")
    is_own = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if is_own else None
