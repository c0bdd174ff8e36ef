"""The SQL of every report is made without a connection; its golden texts stand in `golden/`, ClickHouse's beside it.

Where an engine keeps sums beside the facts, other tables answer: those texts stand in `golden/rollups/`.

`SODU_GOLDEN=write` writes them anew.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions as exp

from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.conditions import Conditions, parse
from sodu.reports.report import Report, Shape
from sodu.reports.searching import searched
from sodu.reports.selection import Selection
from sodu.reports.sql import grouped, listing, register, statement
from sodu.values.period import Period
from sodu.warehouse.clickhouse.dialect import statement_of
from sodu.warehouse.engine import Known, Query

TODAY = date(2026, 11, 22)
GOLDEN = Path(__file__).parent / "golden"
GOLDEN_CLICKHOUSE = Path(__file__).parent / "golden-clickhouse"

QUESTIONS: dict[str, dict[str, list[str]]] = {
    "plain": {"period": ["2026-10"]},
    "narrow": {"period": ["2026-10"], "account_type": ["customer"]},
    "kinds": {"period": ["2026-10"], "kind": ["topup", "transfer_in"]},
    "compared": {"period": ["2026-10"], "compare": ["previous"]},
    "by": {"period": ["2026"], "by": ["month"]},
    "days": {"period": ["2026-10-05..2026-10-20"]},
    "searched": {"period": ["2026-10"], "search": ["Đông"]},
    "captured": {"period": ["2026-10"], "discount": ["D1", "D2"]},
}


def cases() -> list[tuple[str, str]]:
    return [
        (report.slug, name)
        for report in REPORTS
        for name, wire in QUESTIONS.items()
        if set(wire) <= set(report.conditions)
    ]


def cases_with_rollups() -> list[tuple[str, str]]:
    return [case for case in cases() if report_of(case[0]).shape is not Shape.REGISTER]


def selection(conditions: Conditions, *, narrow: bool, rollups: bool) -> Selection:
    return Selection(
        known=Known(9, (4,) if narrow else (), ""),
        period=conditions.period,
        compare=conditions.compare,
        partners=(1,) if narrow else None,
        own=None if conditions.account_type == "both" else False,
        accounts=(2, 3) if narrow else None,
        services=(5,) if narrow else None,
        currency=1 if narrow else None,
        kinds=conditions.kind,
        discounts=conditions.discount,
        rollups=rollups,
    )


class Named:
    """An engine that knows a few names, and nothing else."""

    def rows(self, query: Query) -> list[dict[str, Any]]:
        key = 7 if "service_id" in query.sql else 3
        return [{"key": key, "id": "x1", "name": "Đông Á"}, {"key": key + 1, "id": "x2", "name": None}]


def queries(report: Report, name: str, *, rollups: bool = False) -> dict[str, Query]:
    conditions = parse(report, QUESTIONS[name], TODAY)
    chosen = selection(conditions, narrow=name == "narrow", rollups=rollups)
    if conditions.search:
        chosen = searched(report, chosen, conditions.search, Named())
    presence = {"presence": grouped.presence(report.fact, chosen)}
    if report.shape is Shape.LISTING:
        after = tuple("2026-10-05" if i == 0 else "k9" for i in range(2)) if name == "narrow" else None
        page = listing.Page(listing.order_of(report, ()), 100 if name == "narrow" else None, after)
        totals = statement.totals(chosen, report.listing) if report.listing else grouped.totals(report, chosen)
        return presence | {"rows": listing.rows(report, chosen, page), "totals": totals}
    if report.shape is Shape.STATEMENT:
        return presence | {
            "rows": statement.rows(chosen, conditions.by, show_zero=False),
            "totals": statement.totals(chosen, None),
            "closings": statement.closings(chosen),
        }
    if report.shape is Shape.GROUPED:
        return presence | {
            "rows": grouped.rows(report, chosen, conditions.by),
            "totals": grouped.totals(report, chosen),
        }
    owner = report.owner or ""
    return presence | {
        "registered": register.registered(chosen),
        "captured": register.captured(owner, chosen),
        "totals": register.totals(owner, chosen, ["D1"]),
    }


def _is_golden(path: Path, text: str) -> None:
    if os.environ.get("SODU_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "SODU_GOLDEN=write writes the golden texts anew"


@pytest.mark.parametrize(("slug", "name"), cases())
def test_sql_is_the_golden_one(slug: str, name: str) -> None:
    _golden(GOLDEN / f"{slug}.{name}.sql", queries(report_of(slug), name))


@pytest.mark.parametrize(("slug", "name"), cases_with_rollups())
def test_sql_over_sums_is_the_golden_one(slug: str, name: str) -> None:
    _golden(GOLDEN / "rollups" / f"{slug}.{name}.sql", queries(report_of(slug), name, rollups=True))


def _golden(path: Path, made: dict[str, Query]) -> None:
    text = "".join(
        f"-- {part}\n{query.sql}\n"
        + "".join(f"-- ${key}: {value.type} = {value.value}\n" for key, value in sorted(query.parameters.items()))
        + "\n"
        for part, query in made.items()
    )
    _is_golden(path, text)


@pytest.mark.parametrize(("slug", "name"), cases())
def test_sql_of_clickhouse_is_the_golden_one(slug: str, name: str) -> None:
    text = ""
    for part, query in queries(report_of(slug), name).items():
        statement = statement_of(query)
        text += f"-- {part}\n{statement.sql}\n"
        text += "".join(f"-- {{{key}}} = {value}\n" for key, value in sorted(statement.values.items()))
        text += "".join(f"-- {key}: {structure}\n" for key, (structure, _rows) in sorted(statement.lists.items()))
        text += "\n"
    _is_golden(GOLDEN_CLICKHOUSE / f"{slug}.{name}.sql", text)


@pytest.mark.parametrize(("slug", "name"), cases())
@pytest.mark.parametrize("rollups", [False, True])
def test_engines_only_filter_group_and_sum(slug: str, name: str, rollups: bool) -> None:
    for part, query in queries(report_of(slug), name, rollups=rollups).items():
        parsed = sqlglot.parse_one(query.sql, dialect="duckdb")
        found = [str(node) for kind in (exp.Div, exp.IntDiv, exp.Avg, exp.Round, exp.Upper, exp.Lower, exp.Length)
                 for node in parsed.find_all(kind)]  # fmt: skip
        assert not found, f"{part}: an engine must not divide, round or fold letters: {found}"
        assert not [cast for cast in parsed.find_all(exp.Cast) if cast.to.this is exp.DataType.Type.DOUBLE]


@pytest.mark.parametrize(("slug", "name"), cases())
@pytest.mark.parametrize("rollups", [False, True])
def test_every_parameter_is_used_and_every_value_is_one(slug: str, name: str, rollups: bool) -> None:
    for query in queries(report_of(slug), name, rollups=rollups).values():
        assert all(f"${key}" in query.sql for key in query.parameters)
        assert "2026" not in query.sql, "values travel beside the SQL"


def test_a_period_is_a_value() -> None:
    assert Period(date(2026, 10, 1), date(2026, 11, 1)).is_whole_months()
