"""Periods: every text of the reports' page, the earlier period by calendar, buckets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sodu.values.errors import WrongUsage
from sodu.values.period import FRAMES, Period, bucket, bucket_starts, earlier, parse

TODAY = date(2026, 11, 22)

TEXTS = [
    ("today", "2026-11-22", "2026-11-23"),
    ("this-month", "2026-11-01", "2026-12-01"),
    ("last-month", "2026-10-01", "2026-11-01"),
    ("this-quarter", "2026-10-01", "2027-01-01"),
    ("last-quarter", "2026-07-01", "2026-10-01"),
    ("this-year", "2026-01-01", "2027-01-01"),
    ("last-year", "2025-01-01", "2026-01-01"),
    ("last-7-days", "2026-11-16", "2026-11-23"),
    ("last-30-days", "2026-10-24", "2026-11-23"),
    ("2026", "2026-01-01", "2027-01-01"),
    ("2026-Q1", "2026-01-01", "2026-04-01"),
    ("2026-Q4", "2026-10-01", "2027-01-01"),
    ("2026-10", "2026-10-01", "2026-11-01"),
    ("2026-12", "2026-12-01", "2027-01-01"),
    ("2026-W01", "2025-12-29", "2026-01-05"),
    ("2026-W41", "2026-10-05", "2026-10-12"),
    ("2026-W53", "2026-12-28", "2027-01-04"),
    ("2024-02-29", "2024-02-29", "2024-03-01"),
    ("2026-10-01..2026-10-31", "2026-10-01", "2026-11-01"),
    ("2026-10-05..2026-10-05", "2026-10-05", "2026-10-06"),
]

EARLIER = [
    ("2026-10", "previous", "2026-09-01", "2026-10-01"),
    ("2026-Q1", "previous", "2025-10-01", "2026-01-01"),
    ("2026", "previous", "2025-01-01", "2026-01-01"),
    ("2026-03-01..2026-03-31", "previous", "2026-02-01", "2026-03-01"),
    ("2026-10-05..2026-10-11", "previous", "2026-09-28", "2026-10-05"),
    ("2026-W41", "previous", "2026-09-28", "2026-10-05"),
    ("2026-10", "year", "2025-10-01", "2025-11-01"),
    ("2025-02", "year", "2024-02-01", "2024-03-01"),
    ("2024-02-29", "year", "2023-02-28", "2023-03-01"),
    ("2024-02-28", "year", "2023-02-28", "2023-03-01"),
    ("2026-10", "2026-05", "2026-05-01", "2026-06-01"),
]

ILL = [
    "", "tomorrow", "2026-13", "2026-00", "2026-1", "26", "2026-Q5", "2026-Q0", "2026-W54", "2025-W53", "2026-W00",
    "2026-02-31", "2026-10-05..", "..2026-10-05", "2026-10-05..2026-10-04", "2026-10..2026-11", "1999", "2200",
    "2026-10-5", "20261005", "2026-10-05T00:00", " 2026", "２０２６", "this_month",
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), TEXTS)
def test_each_text_names_a_period(text: str, start: str, end: str) -> None:
    assert parse(text, TODAY) == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_every_frame_is_in_the_table() -> None:
    assert set(FRAMES) <= {text for text, _start, _end in TEXTS}


@pytest.mark.parametrize(("text", "compared", "start", "end"), EARLIER)
def test_the_earlier_period_is_found_by_calendar(text: str, compared: str, start: str, end: str) -> None:
    assert earlier(parse(text, TODAY), compared, TODAY) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize("text", ILL)
def test_other_texts_are_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(WrongUsage, match="period: "):
        parse(text, TODAY)


def test_a_period_s_own_text_reads_back() -> None:
    for text, _start, _end in TEXTS:
        period = parse(text, TODAY)
        assert parse(str(period), TODAY) == period


def test_bounds_are_midnights_of_the_zone() -> None:
    assert parse("2026-10", TODAY).instants("Asia/Ho_Chi_Minh") == (
        datetime(2026, 9, 30, 17, tzinfo=UTC),
        datetime(2026, 10, 31, 17, tzinfo=UTC),
    )
    # The night on which clocks go back is an hour longer.
    start, end = parse("2026-10-25", TODAY).instants("Europe/Paris")
    assert (end - start).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("by", "texts"),
    [
        ("day", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("week", ["2026-W53"]),
        ("month", ["2026-12", "2027-01"]),
        ("quarter", ["2026-Q4", "2027-Q1"]),
    ],
)
def test_buckets_are_period_texts(by: str, texts: list[str]) -> None:
    period = parse("2026-12-30..2027-01-01", TODAY)
    starts = bucket_starts(period, by)
    assert [bucket(start, by) for start in starts] == texts
    assert [parse(text, TODAY).start for text in texts] == starts
