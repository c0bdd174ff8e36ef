"""SQL of the credit statement, and of the totals of all three credit reports."""

from __future__ import annotations

from collections.abc import Sequence

from sodu.reports.selection import Selection
from sodu.reports.sql import fragments
from sodu.reports.sql.fragments import Parameters
from sodu.reports.sql.relations import for_entries, windows_of
from sodu.values.period import Period, bucket_starts
from sodu.warehouse.engine import Query

KIND_MEASURES = {
    "topped_up": ("topup", ""),
    "granted": ("grant", ""),
    "transferred_in": ("transfer_in", ""),
    "transferred_out": ("transfer_out", "-"),
    "used": ("usage", "-"),
    "refunded": ("refund", ""),
    "expired": ("expiry", "-"),
    "adjusted": ("adjustment", ""),
}
"""Each measure's kind of entry, and the sign that it is shown with."""

_FLOWS = (*KIND_MEASURES, "entries")
_ALL = ("opening", *KIND_MEASURES, "closing", "entries", "last_top_up")


def rows(selection: Selection, by: str | None, show_zero: bool) -> Query:
    """A row for each account and currency (and bucket); of both periods where they are compared."""
    parameters = Parameters()
    keys = ["account", "currency"] + (["bucket"] if by else [])
    windows = windows_of(selection)
    parts = []
    for name, period in windows.items():
        lines = _buckets(selection, period, name, by, parameters) if by else _lines(selection, period, name, parameters)
        parts.append(f"lines{name} AS (\n{lines}\n)")
    joined = "lines AS n"
    if len(windows) == 2:
        joined += f" FULL JOIN lines_before AS b USING ({', '.join(keys)})"
    shown = _shown(len(windows) == 2)
    bucket = "bucket, " if by else ""
    prefix = "" if len(windows) == 2 else "n."
    shows = " OR ".join(f"j.entries{name} > 0 OR j.opening{name} <> 0" for name in windows)
    kept = "" if show_zero else f"\nWHERE {shows}"
    return parameters.query(
        f"""WITH {fragments.accounts_known(selection, parameters)},
{f",{chr(10)}".join(parts)},
joined AS (
  SELECT {prefix}account AS account_key, {prefix}currency AS currency_key, {f"{prefix}{bucket}" if by else ""}
    {shown}
  FROM {joined}
)
SELECT {bucket}a.account_id, coalesce(a.name, {fragments.UNASSIGNED}) AS account_name,
  CASE WHEN a.own THEN 'partner' ELSE 'customer' END AS account_type, a.billing_mode, c.code AS currency,
  j.* EXCLUDE (account_key, currency_key{", bucket" if by else ""}),
  {", ".join(f"{_GAP.format(w=name)} AS gap{name}" for name in windows)}
FROM joined AS j
LEFT JOIN accounts_known AS a ON a.account = j.account_key
LEFT JOIN currency_keys AS c ON c.currency = j.currency_key{kept}"""
    )


def series(selection: Selection, by: str, names: Sequence[str]) -> Query:
    """What some movements sum to in each bucket of the period, internal transfers among them."""
    parameters = Parameters()
    relation = for_entries(selection, with_internal=False)
    conditions = fragments.selected("f", selection, parameters)
    conditions.append(fragments.within("f.day", selection.period, "", parameters))
    flows = ", ".join(f"coalesce({_flow(name)}, 0) AS {name}" for name in names)
    return parameters.query(
        f"""SELECT {fragments.bucket_day(by)} AS bucket, {flows}
FROM {relation.source}
WHERE {" AND ".join(conditions)}
GROUP BY ALL"""
    )


def _flow(name: str) -> str:
    kind, sign = KIND_MEASURES[name]
    return f"sum(CASE WHEN f.kind = '{kind}' THEN {sign}f.amount END)"


def totals(selection: Selection, listing: str | None) -> Query:
    """What every total is made of: sums by currency, type, kind and listing, internal transfers apart.

    Of one listing, only what moved in the period is read; of the statement, the whole history.
    """
    parameters = Parameters()
    relation = for_entries(selection, with_internal=True)
    conditions = fragments.selected("f", selection, parameters)
    if listing:
        conditions.append(f"f.listing = '{listing}'")
        conditions += fragments.entries(selection, parameters, relation.is_transfer)
        conditions += fragments.searched(selection, parameters)
    sums = []
    windows = windows_of(selection)
    for name, period in windows.items():
        inside = fragments.within("f.day", period, name, parameters)
        if not listing:
            start = fragments.day("start" + name, period.start, parameters)
            end = fragments.day("end" + name, period.end, parameters)
            sums.append(f"sum(CASE WHEN f.day < {start} THEN f.amount END) AS opening{name}")
            sums.append(f"sum(CASE WHEN f.day < {end} THEN f.amount END) AS closing{name}")
        sums.append(f"sum(CASE WHEN {inside} THEN f.amount END) AS moved{name}")
        sums.append(f"{relation.count(inside, 'entry_id')} AS entries{name}")
    if listing:
        conditions.append(fragments.within("f.day", selection.period, "", parameters))
    else:
        until = max(period.end for period in windows.values())
        conditions.append(f"f.day < {fragments.day('until', until, parameters)}")
    internal = fragments.internal(selection, parameters, relation.is_transfer)
    return parameters.query(
        f"""SELECT c.code AS currency, t.* EXCLUDE (currency)
FROM (
  SELECT f.currency, f.own, f.kind, f.listing, ({internal}) AS internal,
    coalesce(f.counterparty_own = f.own, FALSE) AS same_type,
    {f",{chr(10)}    ".join(sums)}
  FROM {relation.source}
  WHERE {" AND ".join(conditions)}
  GROUP BY ALL
) AS t
JOIN currency_keys AS c ON c.currency = t.currency"""
    )


def closings(selection: Selection) -> Query:
    """The closing balances of the period before: of all entries until it ended, by currency and type."""
    parameters = Parameters()
    conditions = fragments.selected("f", selection, parameters)
    conditions.append(f"f.day < {fragments.day('start', selection.period.start, parameters)}")
    return parameters.query(
        f"""SELECT c.code AS currency, t.own, t.closing
FROM (
  SELECT f.currency, f.own, sum(f.amount) AS closing
  FROM {for_entries(selection, with_internal=False).source}
  WHERE {" AND ".join(conditions)}
  GROUP BY f.currency, f.own
) AS t
JOIN currency_keys AS c ON c.currency = t.currency"""
    )


def _lines(selection: Selection, period: Period, window: str, parameters: Parameters) -> str:
    """Opening, movements and closing of each account, each summed from the entries themselves, kind by kind first."""
    relation = for_entries(selection, with_internal=False)
    conditions = fragments.selected("f", selection, parameters)
    inside = fragments.within("f.day", period, window, parameters)
    start = fragments.day("start" + window, period.start, parameters)
    end = fragments.day("end" + window, period.end, parameters)
    flows = [
        f"coalesce(sum(CASE WHEN k.kind = '{kind}' THEN {sign}k.moved END), 0) AS {name}"
        for name, (kind, sign) in KIND_MEASURES.items()
    ]
    return f"""    SELECT k.account, k.currency, coalesce(sum(k.before_period), 0) AS opening,
      {f",{chr(10)}      ".join(flows)},
      coalesce(sum(k.until_end), 0) AS closing, sum(k.moves) AS entries, max(k.top_up) AS last_top_up
    FROM (
      SELECT f.account, f.currency, f.kind,
        sum(CASE WHEN f.day < {start} THEN f.amount END) AS before_period,
        sum(CASE WHEN {inside} THEN f.amount END) AS moved,
        sum(f.amount) AS until_end,
        {relation.count(inside, "entry_id")} AS moves,
        max(CASE WHEN {relation.is_top_up} THEN f.day END) AS top_up
      FROM {relation.source}
      WHERE {" AND ".join(conditions)} AND f.day < {end}
      GROUP BY f.account, f.currency, f.kind
    ) AS k
    GROUP BY k.account, k.currency"""


def _buckets(selection: Selection, period: Period, window: str, by: str, parameters: Parameters) -> str:
    """The same for each bucket of the period: movements of the bucket, and what was there before it."""
    relation = for_entries(selection, with_internal=False)
    conditions = " AND ".join(fragments.selected("f", selection, parameters))
    start = fragments.day("start" + window, period.start, parameters)
    end = fragments.day("end" + window, period.end, parameters)
    starts = parameters.place("buckets" + window, "DATE[]", bucket_starts(period, by))
    flows = ",\n        ".join(f"{_flow(name)} AS {name}" for name in KIND_MEASURES)
    shown = ",\n      ".join(f"coalesce(m.{name}, 0) AS {name}" for name in _FLOWS)
    over = "OVER (PARTITION BY h.account, h.currency ORDER BY h.bucket ROWS BETWEEN UNBOUNDED PRECEDING AND"
    return f"""    SELECT h.account, h.currency, h.bucket,
      h.before_period + coalesce(sum(m.moved) {over} 1 PRECEDING), 0) AS opening,
      {shown},
      h.before_period + coalesce(sum(m.moved) {over} CURRENT ROW), 0) AS closing,
      coalesce(max(m.last_top_up) {over} CURRENT ROW), h.last_top_up) AS last_top_up
    FROM (
      SELECT g.account, g.currency, d.bucket, g.before_period, g.last_top_up
      FROM (
        SELECT f.account, f.currency,
          coalesce(sum(CASE WHEN f.day < {start} THEN f.amount END), 0) AS before_period,
          max(CASE WHEN {relation.is_top_up} AND f.day < {start} THEN f.day END) AS last_top_up
        FROM {relation.source}
        WHERE {conditions} AND f.day < {end}
        GROUP BY f.account, f.currency
      ) AS g CROSS JOIN (SELECT unnest({starts}) AS bucket) AS d
    ) AS h
    LEFT JOIN (
      SELECT f.account, f.currency, {fragments.bucket_day(by)} AS bucket,
        {flows},
        sum(f.amount) AS moved, {relation.count()} AS entries,
        max(CASE WHEN {relation.is_top_up} THEN f.day END) AS last_top_up
      FROM {relation.source}
      WHERE {conditions} AND f.day >= {start} AND f.day < {end}
      GROUP BY ALL
    ) AS m ON m.account = h.account AND m.currency = h.currency AND m.bucket = h.bucket"""


_GAP = (
    "closing{w} - (opening{w} + "
    + " ".join(
        f"{'+' if sign == '' else '-'} {name}{{w}}" for name, (_kind, sign) in KIND_MEASURES.items()
    ).removeprefix("+ ")
    + ")"
)
"""What the formula of the statement leaves over: nothing, or the answer says so."""


def _shown(compared: bool) -> str:
    if not compared:
        return ", ".join(f"n.{name} AS {name}" for name in _ALL)
    now = [
        "n.last_top_up AS last_top_up" if name == "last_top_up" else f"coalesce(n.{name}, 0) AS {name}" for name in _ALL
    ]
    before = [f"coalesce(b.{name}, 0) AS {name}_before" for name in _ALL if name != "last_top_up"]
    return ", ".join(now + before)
