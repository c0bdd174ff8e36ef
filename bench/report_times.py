"""Run by the measure `reports`: opens a home once, asks each report both ways in turn, prints a JSON line for each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.anew import anew
from sodu.reports.catalog import REPORTS
from sodu.reports.conditions import Conditions, parse
from sodu.reports.report import Report, Shape
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.sql.listing import token_of
from sodu.values.period import Period
from sodu.warehouse.engine import Parameter, Query, seconds_of, waits
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.opening import Warehouse, open_warehouse

_BY_HAND = Path(__file__).with_name("by_hand")
_PAGE_ROWS = 100
_SEEN = "(SELECT account FROM account_keys JOIN (SELECT unnest($accounts) AS account_id) AS seen USING (account_id))"

Row = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Whose facts are asked for: all, a partner's, or those of some accounts."""

    name: str
    partner: str | None = None
    accounts: tuple[str, ...] | None = None


_READERS = (Reader("provider"), Reader("largest partner", "partner-01"), Reader("one partner", "partner-30"))


@dataclass(frozen=True)
class Asked:
    """One question, for both sides."""

    report: Report
    reader: Reader
    period: Period
    now: datetime
    after: tuple[datetime, str] | None = None
    """The place in a listing that the page comes after."""


@dataclass(frozen=True)
class Sides:
    """The two ways to an answer: each gives rows and totals."""

    warehouse: Warehouse

    def ours(self, asked: Asked) -> tuple[list[Any], list[Row]]:
        """By the report's declaration, with nothing kept from before."""
        anew(self.warehouse.engine)
        reader = asked.reader
        scope = Scope((reader.partner,) if reader.partner else None, reader.accounts)
        table = run(asked.report, self._conditions(asked), scope, self.warehouse, asked.now)
        return list(table.batches), list(table.totals)

    def by_hand(self, asked: Asked) -> tuple[list[Any], list[Row]]:
        """By SQL that somebody wrote for this one question."""
        rows, totals = _by_hand(asked.report)
        with self.warehouse.engine.stream(self._query(rows, asked)) as batches:
            answer = list(batches)
        return answer, self.warehouse.engine.rows(self._query(totals, asked))

    def some_accounts(self, count: int) -> Reader:
        """One who may see so many accounts, spread over all."""
        query = Query("SELECT DISTINCT account_id FROM account_keys ORDER BY account_id")
        every = [row["account_id"] for row in self.warehouse.engine.rows(query)]
        return Reader(f"{count:,} of {len(every):,} accounts", accounts=tuple(every[:: len(every) // count][:count]))

    def place(self, asked: Asked, *, at: float) -> tuple[datetime, str]:
        """The row of a listing at a share of its length."""
        key = asked.report.keys[0]
        listing = f"AND listing = '{asked.report.listing}'" if asked.report.listing else ""
        inside = f"FROM {asked.report.fact} f WHERE f.day >= $start AND f.day < $end {listing} {{scope}}"
        count = self.warehouse.engine.rows(self._query(f"SELECT count(*) AS n {inside}", asked))[0]["n"]
        order = f"ORDER BY f.occurred_at, f.{key} LIMIT 1 OFFSET {int(count * at)}"
        row = self.warehouse.engine.rows(self._query(f"SELECT f.occurred_at, f.{key} AS id {inside} {order}", asked))[0]
        return row["occurred_at"], row["id"]

    def _conditions(self, asked: Asked) -> Conditions:
        words: dict[str, Any] = {"period": [str(asked.period)]}
        if asked.report.shape is Shape.LISTING:
            words["limit"] = [str(_PAGE_ROWS)]
        conditions = parse(asked.report, words, asked.now.date())
        if asked.after is None:
            return conditions
        return replace(conditions, after=token_of(list(asked.after), self.warehouse.known().seq))

    def _query(self, sql: str, asked: Asked) -> Query:
        partner, accounts = asked.reader.partner, asked.reader.accounts
        keys = self.warehouse.engine.rows(
            Query("SELECT partner FROM partner_keys WHERE partner_id = $id", {"id": Parameter("VARCHAR", partner)})
        )
        start, end = asked.period.instants(self.warehouse.zone)
        last = min(end - timedelta(microseconds=1), asked.now)
        values = {
            "start": Parameter("DATE", asked.period.start),
            "end": Parameter("DATE", asked.period.end),
            "start_at": Parameter("TIMESTAMP", start),
            "end_at": Parameter("TIMESTAMP", end),
            "at": Parameter("TIMESTAMP", last),
            "at_day": Parameter("DATE", last.astimezone(ZoneInfo(self.warehouse.zone)).date()),
            "zone": Parameter("VARCHAR", self.warehouse.zone),
            "partner": Parameter("INTEGER", keys[0]["partner"] if keys else None),
            "accounts": Parameter("VARCHAR[]", list(accounts or ())),
            "after_at": Parameter("TIMESTAMP", asked.after[0] if asked.after else None),
            "after_id": Parameter("VARCHAR", asked.after[1] if asked.after else None),
        }
        key = asked.report.keys[0]
        after = f"AND f.occurred_at >= $after_at AND (f.occurred_at, f.{key}) > ($after_at, $after_id)"
        seen = f"AND f.account IN {_SEEN}" if accounts else ""
        texts = {
            "scope": "AND f.partner = $partner" if partner else seen,
            "inside": "AND f.counterparty_partner = $partner"
            if partner
            else seen.replace("account", "counterparty", 1),
            "after": after if asked.after else "",
            "owner": asked.report.owner or "",
        }
        for name, text in texts.items():
            sql = sql.replace("{" + name + "}", text)
        return Query(sql, {name: value for name, value in values.items() if f"${name}" in _words(sql)})


def main() -> None:
    """Ask and print."""
    home, period_text, now_text, rounds, *some = sys.argv[1:]
    now = datetime.fromisoformat(now_text)
    opened = Home.open(home)
    with open_warehouse(opened, Journal(opened)) as warehouse:
        sides = Sides(warehouse)
        for asked in _questions(sides, period_text, now, int(some[0]) if some else 0):
            _same(asked, sides.ours(asked), sides.by_hand(asked))
            names = ("ours", "ours_cpu", "by_hand", "by_hand_cpu", "beyond")
            times: dict[str, list[float]] = {name: [] for name in names}
            for _round in range(int(rounds)):
                for name, side in (("ours", sides.ours), ("by_hand", sides.by_hand)):
                    with waits() as waited:
                        seconds, cpu = _taken(side, asked)
                    times[name].append(seconds * 1_000)
                    times[f"{name}_cpu"].append(cpu * 1_000)
                    if name == "ours":
                        times["beyond"].append((seconds - seconds_of(waited)) * 1_000)
            page = "deep" if asked.after else "first"
            print(
                json.dumps({"report": asked.report.slug, "reader": asked.reader.name, "page": page, **times}),
                flush=True,
            )


def _questions(sides: Sides, period_text: str, now: datetime, some: int) -> Iterator[Asked]:
    """All reports for each reader; or, of some accounts, those that sum and list facts."""
    readers = (_READERS[0], sides.some_accounts(some)) if some else _READERS
    for report in REPORTS:
        if some and report.shape is Shape.REGISTER:
            continue
        period = parse(report, {"period": [period_text]}, now.date()).period
        for reader in readers:
            asked = Asked(report, reader, period, now)
            yield asked
            if report.shape is Shape.LISTING:
                yield replace(asked, after=sides.place(asked, at=0.5))


def _by_hand(report: Report) -> tuple[str, str]:
    """The SQL of the rows and of the totals; what begins with a comma goes on from the names.

    What stands before "-- rows" is shared by both.
    """
    path = _BY_HAND / f"{report.slug}.sql"
    text = (_BY_HAND / "names.sql").read_text() + (path if path.exists() else _BY_HAND / "discount.sql").read_text()
    rows, totals = text.split("-- totals\n")
    shared, marked, rest = rows.partition("-- rows\n")
    if marked:
        return shared + rest, shared + totals
    return rows, f"WITH {totals.removeprefix(', ')}" if totals.startswith(", ") else totals


def _words(sql: str) -> set[str]:
    return {
        "$" + word.split("$")[-1]
        for word in sql.replace(")", " ").replace(",", " ").replace(":", " ").split()
        if "$" in word
    }


def _taken(side: Callable[[Asked], object], asked: Asked) -> tuple[float, float]:
    """Seconds, and seconds of the processor: the latter are fair on a busy machine too."""
    start, cpu = time.perf_counter(), time.process_time()
    side(asked)
    return time.perf_counter() - start, time.process_time() - cpu


def _same(asked: Asked, ours: tuple[list[Any], list[Row]], by_hand: tuple[list[Any], list[Row]]) -> None:
    """Both sides have said the same, in every column that the SQL gives; raises where not."""
    theirs = [row for batch in by_hand[0] for row in batch.to_pylist()]
    mine = [row for batch in ours[0] for row in batch.to_pylist()]
    _compare(asked, theirs, mine)
    both = [{(row["currency"], row["account_type"]): row for row in totals} for totals in (by_hand[1], ours[1])]
    keys = sorted(key for key in both[1] if key in both[0])
    if len(keys) < len({currency for currency, _type in both[1]}):
        raise SystemExit(f"{asked.report.slug}, {asked.reader.name}: totals are missing")
    _compare(asked, [both[0][key] for key in keys], [both[1][key] for key in keys])


def _compare(asked: Asked, theirs: list[Row], mine: list[Row]) -> None:
    if len(theirs) != len(mine):
        raise SystemExit(f"{asked.report.slug}, {asked.reader.name}: {len(mine)} rows, by hand {len(theirs)}")
    for hand, own in zip(theirs, mine, strict=True):
        for name, value in hand.items():
            if _plain(value) != _plain(own[name]):
                raise SystemExit(
                    f"{asked.report.slug}, {asked.reader.name}: {name} is {own[name]}, by hand {value}: {own}"
                )


def _plain(value: Any) -> Any:
    return Decimal(0) if value is None else value


if __name__ == "__main__":
    main()
