"""The day of an instant is the same in SQL as in Python's calendar, in any zone and over any change of its clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from sodu.warehouse.days import local_day

ZONES = ["UTC", "Asia/Ho_Chi_Minh", "Europe/Paris", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]
CONNECTION = duckdb.connect()


def in_sql(instants: list[datetime], zone: str) -> list[object]:
    expression = local_day("i", min(instants), max(instants), zone)
    sql = f"SELECT {expression} FROM (SELECT unnest($instants::TIMESTAMP[]) AS i)"
    return [row[0] for row in CONNECTION.cursor().execute(sql, {"instants": instants}).fetchall()]


def in_python(instants: list[datetime], zone: str) -> list[object]:
    return [instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for instant in instants]


@given(
    st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(ZONES),
)
@settings(max_examples=60, deadline=None)
def test_any_instants(instants: list[datetime], zone: str) -> None:
    assert in_sql(instants, zone) == in_python(instants, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_every_midnight_to_the_microsecond(zone: str) -> None:
    local = ZoneInfo(zone)
    midnights = [datetime(2011, 12, 1, tzinfo=local) + timedelta(days=n) for n in range(400)]
    instants = [
        midnight.astimezone(UTC).replace(tzinfo=None) + timedelta(microseconds=off)
        for midnight in midnights
        for off in (-1, 0, 1)
    ]
    assert in_sql(instants, zone) == in_python(instants, zone)
