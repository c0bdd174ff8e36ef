"""The page's value: each figure as its reader writes it, rows in groups, totals with what they leave out."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from sodu.render.language import Manner, number
from sodu.render.page import Grouping, Layout, page
from sodu.render.page_cells import cells_of
from sodu.render.page_columns import Order
from sodu.render.page_periods import bucket_words, period_words
from sodu.reports.column import Column
from sodu.values.period import parse
from sodu.values.text import mark as _

from .answers import LISTING, answer, listing_rows

ENGLISH = Manner("en", "language", "Asia/Ho_Chi_Minh")


def column(name: str) -> Column:
    return next(each for each in LISTING if each.name == name)


def one(name: str, manner: Manner = ENGLISH, **row):
    (cell,) = cells_of(column(name), [row], manner)
    return cell


@pytest.mark.parametrize(
    "style, language, text",
    [
        ("language", "en", "−1,234,567.50"),
        ("language", "vi", "−1.234.567,50"),
        ("point", "vi", "−1,234,567.50"),
        ("comma", "en", "−1.234.567,50"),
        ("space", "en", "−1\u202f234\u202f567,50"),
    ],
)
def test_figures_are_in_the_readers_style(style: str, language: str, text: str) -> None:
    manner = Manner(language, style)
    assert one("amount", manner, amount=Decimal("-1234567.500000000000"), currency="USD").text == text


@pytest.mark.parametrize("text", ["0.125", "-0.004", "99999999999999999999999999.995", "2.5", "-7", "0"])
@pytest.mark.parametrize("decimals", [None, 0, 2])
def test_a_page_rounds_as_all_formats_do(text: str, decimals: int | None) -> None:
    assert ENGLISH.number(Decimal(text), decimals) == number(Decimal(text), "en", decimals).replace("-", "−")


def test_zero_is_dimmed_nothing_is_a_dash_and_new_is_a_word() -> None:
    assert one("amount", amount=Decimal(0), currency="VND") == ("0", "n z", None, "")
    assert one("rate", rate=None).text == "–"
    assert one("amount_change_rate", amount_change_rate=None, amount_before=Decimal(0), amount=Decimal(5)).text == "new"
    assert one("amount_change_rate", amount_change_rate=Decimal("-0.031")).text == "▼ 3.1%"


def test_instants_are_in_the_readers_zone_and_hours() -> None:
    instant = datetime(2026, 9, 30, 17, 5, 9)
    assert one("occurred_at", occurred_at=instant).text == "2026-10-01 00:05:09"
    vietnamese = Manner("vi", "language", "UTC", "12")
    assert one("occurred_at", vietnamese, occurred_at=instant).text == "30/09/2026 5:05:09 PM"


def test_texts_of_senders_are_text() -> None:
    table = answer([{**listing_rows(1)[0], "account_name": "<script>alert(1)</script>", "description": '"&'}])
    body = page(table, [row for batch in table.batches for row in batch.to_pylist()], Layout(ENGLISH)).body
    assert "<script>" not in body
    assert "&lt;script&gt;" in body
    assert body.__html__() is body


def test_a_name_and_its_id_are_one_cell_and_the_one_currency_is_not_repeated() -> None:
    table = answer(listing_rows(3, ("VND",)))
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    made = page(
        table, rows, Layout(ENGLISH, Order("-amount", lambda each: f"?{each.name}"), hidden=frozenset({"currency"}))
    )
    (heads,) = [made.heads[-1]]
    assert "Currency" not in [head.label for heads in made.heads for head in heads]
    assert [head.sorted for head in heads if head.sorted] == ["descending"]
    assert re.findall("<small>(.*?)</small>", made.groups[0].rows[0]) == ["A00000"]


def test_compared_measures_stand_under_one_head() -> None:
    table = answer(listing_rows(2))
    upper, lower = page(table, [], Layout(ENGLISH)).heads
    assert ("Amount", 3) in [(head.label, head.columns) for head in upper]
    assert [head.label for head in lower] == ["now", "before", "Δ %"]


def test_groups_have_the_engines_subtotals() -> None:
    rows = [
        {**row, "month": month}
        for month, row in zip(("2026-09", "2026-09", "2026-10"), listing_rows(3, ("VND",)), strict=True)
    ]
    table = answer(rows)
    subtotals = {("2026-09", "VND"): {"amount": Decimal(42), "currency": "VND"}}
    made = page(table, rows, Layout(ENGLISH, grouping=Grouping("month", subtotals)))
    assert [(group.head[0].text, len(group.rows)) for group in made.groups] == [
        ("September 2026", 2),
        ("October 2026", 1),
    ]
    assert "42" in [cell.text for cell in made.groups[0].head]
    assert made.is_grouped


def test_totals_state_what_they_leave_out() -> None:
    table = answer(listing_rows(4), total_types=("both", "partner"))
    made = page(table, listing_rows(4), Layout(ENGLISH))
    assert [css.split()[0] for css, _cells in made.totals] == ["total", "note", "part", "note"] * 2
    assert made.key_figures[0].currency == "USD"
    assert [check.ok for check in made.checks] == [True, False]
    assert len(made.broken) == 1


@pytest.mark.parametrize(
    "text, words",
    [
        ("2026", "year 2026"),
        ("2026-Q3", "Q3 2026"),
        ("2026-10", "October 2026"),
        ("2026-10-05", "2026-10-05"),
        ("2026-10-05..2026-10-07", "2026-10-05 to 2026-10-07"),
    ],
)
def test_periods_in_words(text: str, words: str) -> None:
    assert period_words(parse(text, date(2026, 11, 22)), ENGLISH) == words


def test_weeks_in_words() -> None:
    assert bucket_words("2026-W07", ENGLISH) == "week 7, 2026"


def test_a_hundred_rows_take_milliseconds() -> None:
    columns = (*LISTING, *(replace(column("amount"), name=f"more_{index}", label=_("Amount")) for index in range(12)))
    rows = [{**row, **{f"more_{index}": Decimal(index) / 7 for index in range(12)}} for row in listing_rows(100)]
    table = answer(listing_rows(100))
    table.columns = columns
    best = 1.0
    for _attempt in range(5):
        began = time.thread_time()
        assert page(table, rows, Layout(ENGLISH)).body
        best = min(best, time.thread_time() - began)
    assert best < 0.08, "8 ms on a free machine; ten times that on a busy one"
