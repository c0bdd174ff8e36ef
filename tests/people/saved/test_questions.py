"""Kept questions: their texts, and what their files are called."""

from __future__ import annotations

import pytest

from sodu.entrances import clock
from sodu.people.saved.questions import file_name, of_period, question_of, without_page
from tests.portal.homes import Portal


def test_a_page_is_no_part_of_a_kept_question() -> None:
    query = "period=last-month&account=A%26B&account=C&sort=-closing,account_id&limit=50&after=x"
    assert without_page(query) == "period=last-month&account=A%26B&account=C&sort=-closing,account_id"


def test_a_schedules_period_takes_the_place_of_the_views() -> None:
    query = "account_type=both&period=2026-08&as_known_at=7&compare=previous&limit=5"
    assert of_period(query, "2026-W46") == "period=2026-W46&account_type=both&compare=previous"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("last-month", "credit-total_2026-10_P.csv"),
        ("2026", "credit-total_2026_P.csv"),
        ("2026-Q3", "credit-total_2026-Q3_P.csv"),
        ("2026-W46", "credit-total_2026-W46_P.csv"),
        ("2026-11-02", "credit-total_2026-11-02_P.csv"),
        ("2026-11-02..2026-11-05", "credit-total_2026-11-02_2026-11-05_P.csv"),
    ],
)
def test_a_files_name_says_report_period_and_partner(portal: Portal, period: str, name: str) -> None:
    kept = ("credit-total", f"period={period}")
    question = question_of(portal.person("partner_member", "P"), kept, portal.serving, clock.now())
    assert file_name(question, ".csv") == name


def test_the_providers_people_narrow_to_a_partner(portal: Portal) -> None:
    operator = portal.person("operator")
    whole = question_of(operator, ("credit-total", "period=2026-10"), portal.serving, clock.now())
    narrowed = question_of(operator, ("credit-total", "period=2026-10&partner=P"), portal.serving, clock.now())
    assert file_name(whole, ".xlsx") == "credit-total_2026-10.xlsx"
    assert file_name(narrowed, ".xlsx") == "credit-total_2026-10_P.xlsx"
    assert whole.answer(portal.serving, clock.now()).row_count > narrowed.answer(portal.serving, clock.now()).row_count
