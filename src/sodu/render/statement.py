"""What an answer says of itself, for machines: the same words in JSON, beside CSV and in Parquet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sodu.render.labels import label_of
from sodu.render.language import say
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.money import plain
from sodu.values.period import midnight


def before_rows(table: ResultTable, language: str) -> dict[str, Any]:
    """What stands before the rows, in the order of the machine interface."""
    header = table.header
    return {
        "report": header.slug,
        "conditions": header.conditions,
        "period": {
            "start": _instant(midnight(header.period_start, header.zone), header.zone),
            "end": _instant(midnight(header.period_end, header.zone), header.zone),
            "zone": header.zone,
        },
        "as_known_at": header.known.seq,
        "data_through": header.data_through and _instant(header.data_through.replace(tzinfo=UTC), header.zone),
        "columns": [
            {"name": column.name, "label": label_of(column, language), "kind": column.kind.value}
            for column in table.columns
        ],
    }


def after_rows(table: ResultTable, language: str) -> dict[str, Any]:
    """What stands after the rows: some of it is known only when they have been read."""
    return {
        "totals": [
            {column.name: machine_value(column, total) for column in table.total_columns} for total in table.totals
        ],
        "checks": [
            {"name": check.name, "ok": check.ok, "detail": say(check.detail, language)} for check in table.checks
        ],
        "row_count": table.row_count,
        "next": table.next,
        "sha256": table.sha256,
    }


def machine_value(column: Column, row: dict[str, Any]) -> Any:
    """A value of a total as JSON has it."""
    value = row.get(column.name)
    if value is None and column.kind is Kind.CHANGE_RATE and is_new(column, row):
        return "new"
    return plain(value) if isinstance(value, Decimal) else value


def is_new(column: Column, row: dict[str, Any]) -> bool:
    """Whether a rate of change has nothing before it and something now."""
    return row.get(f"{column.base}_before") == 0 and bool(row.get(column.base or ""))


def _instant(value: datetime, zone: str) -> str:
    return value.astimezone(ZoneInfo(zone)).isoformat()
