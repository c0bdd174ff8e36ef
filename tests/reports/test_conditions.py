"""Questions: one parser, one message, the same words back."""

from __future__ import annotations

from datetime import date

import pytest

from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.conditions import CONDITIONS, parse
from sodu.values.errors import WrongUsage

TODAY = date(2026, 11, 22)

ILL = [
    ("credit-total", {"colour": ["red"]}, "colour: credit-total has no such condition; it has period"),
    ("credit-total", {"status": ["active"]}, "status: credit-total has no such condition"),
    ("credit-usage", {"compare": ["previous"]}, "compare: credit-usage has no such condition"),
    ("credit-usage", {"by": ["day"]}, "by: credit-usage has no such condition"),
    ("credit-total", {"kind": ["usage"]}, "kind: credit-total has no such condition"),
    ("credit-usage", {"kind": ["used"]}, "kind: 'used' is none of topup, grant"),
    ("credit-total", {"period": ["2026-13"]}, "period: '2026-13' is no period"),
    ("credit-total", {"period": ["2026", "2025"]}, "period: given 2 times; it takes one value"),
    ("credit-total", {"account_type": ["all"]}, "account_type: 'all' is none of partner, customer, both"),
    ("credit-total", {"currency": ["vnd"]}, "currency: 'vnd' is no code"),
    ("credit-total", {"by": ["year"]}, "by: 'year' is none of day, week, month, quarter"),
    ("credit-total", {"compare": ["before"]}, "period: 'before' is no period"),
    ("credit-total", {"limit": ["0"]}, "limit: '0' is no whole number from 1"),
    ("credit-total", {"limit": ["-1"]}, "limit: '-1' is no whole number"),
    ("credit-total", {"limit": ["٣"]}, "limit: '٣' is no whole number"),
    ("credit-total", {"sort": ["colour"]}, "sort: credit-total has no column 'colour'"),
    ("credit-total", {"columns": ["account_id,colour"]}, "columns: credit-total has no column 'colour'"),
    ("discount-partner", {"status": ["gone"]}, "status: 'gone' is none of awaiting_approval"),
]


@pytest.mark.parametrize(("slug", "wire", "message"), ILL)
def test_ill_formed_questions_get_one_clear_message(slug: str, wire: dict[str, list[str]], message: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        parse(report_of(slug), wire, TODAY)
    assert message in str(refused.value)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_condition_of_a_report_is_described(report) -> None:
    assert set(report.conditions) <= set(CONDITIONS)


def test_an_unknown_report_is_answered_with_those_there_are() -> None:
    with pytest.raises(WrongUsage, match="There is no report 'credit'; there are credit-topped-up"):
        report_of("credit")


def test_the_words_of_a_question_are_canonical() -> None:
    asked = {"account": ["b", "a", "b"], "period": ["2026-10"], "compare": ["year"], "limit": ["5"]}
    assert parse(report_of("credit-total"), asked, TODAY).wire() == {
        "period": "2026-10",
        "account_type": "both",
        "account": ["a", "b"],
        "compare": "year",
        "limit": 5,
    }
