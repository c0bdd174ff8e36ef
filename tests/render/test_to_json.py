"""JSON as the machine interface pins it."""

import json
from datetime import UTC
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from sodu.render.formats import by_slug
from sodu.render.options import Options
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.errors import WrongUsage
from sodu.values.money import plain
from tests.render.answers import LISTING, TOTALS, answer, header, listing_rows

KEYS = "report conditions period as_known_at data_through columns rows totals checks row_count next sha256".split()


def written(table: ResultTable) -> dict:
    out = BytesIO()
    by_slug("json").write(table, out, Options())
    return json.loads(out.getvalue())


def as_json(column: Column, row: dict, zone: str):
    value = row[column.name]
    if column.kind is Kind.CHANGE_RATE and value is None and row["amount_before"] == 0 and row["amount"] != 0:
        return "new"
    if value is None or column.kind in (Kind.COUNT, Kind.ID, Kind.TEXT, Kind.CHOICE, Kind.CURRENCY, Kind.BUCKET):
        return value
    if column.kind is Kind.INSTANT:
        return value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat()
    return value.isoformat() if column.kind is Kind.DAY else plain(value)


def test_every_value_and_the_order_of_the_keys() -> None:
    rows = listing_rows(200)
    document = written(answer(rows, size=17, next="k1"))
    assert list(document) == KEYS
    assert document["rows"] == [
        {column.name: as_json(column, row, "Asia/Ho_Chi_Minh") for column in LISTING} for row in rows
    ]
    assert [list(row) for row in document["rows"]] == [[column.name for column in LISTING]] * 200
    assert document["next"] == "k1"


def test_what_stands_around_the_rows() -> None:
    document = written(answer(listing_rows(3)))
    assert document["report"] == "credit-topped-up"
    assert document["conditions"] == {"period": "2026-10", "account_type": "both"}
    assert document["period"] == {
        "start": "2026-10-01T00:00:00+07:00",
        "end": "2026-11-01T00:00:00+07:00",
        "zone": "Asia/Ho_Chi_Minh",
    }
    assert document["as_known_at"] == header().known.seq
    assert document["data_through"] == "2026-10-31T23:59:59.999999+07:00"
    assert document["columns"][10] == {"name": "amount", "label": "Amount", "kind": "money"}
    assert [list(total) for total in document["totals"]] == [[column.name for column in TOTALS]] * 2
    assert document["totals"][0] == {
        "account_type": "both",
        "currency": "USD",
        "amount": "-4.999999999999",
        "entries": 1,
        "eliminated": "5",
    }
    assert document["checks"][0] == {"name": "formula", "ok": True, "detail": "holds for 3 rows"}
    assert document["row_count"] == 3
    assert document["next"] is None


def test_an_answer_without_rows_is_whole() -> None:
    document = written(answer([]))
    assert document["rows"] == document["totals"] == []
    assert document["row_count"] == 0


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="pdf"):
        by_slug("pdf")
