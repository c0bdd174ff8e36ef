"""Answers that are kept: the same as those asked for anew, shared by nobody who may see something else, and bounded."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sodu.reports.catalog import BY_SLUG, REPORTS
from sodu.reports.conditions import parse
from sodu.reports.kept import KeptAnswers, is_kept, kept_beside, key_of
from sodu.reports.kept_rows import forget_rows
from sodu.reports.report import Shape
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.reports.table import ResultTable
from sodu.values.errors import WrongUsage
from sodu.values.limits import ANSWER_KEPT_ROWS_MAX
from sodu.warehouse.engine import waits
from sodu.warehouse.serving import Serving

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SCOPES = (Scope.partner("P"), Scope.partner("partner-01"), Scope(("P",), ("C1",)), Scope.operator())


def ask(served: Serving, slug: str, scope: Scope, now: datetime = NOW, **words: str) -> ResultTable:
    conditions = parse(BY_SLUG[slug], {name: [word] for name, word in words.items()}, now.date())
    return run(BY_SLUG[slug], conditions, scope, served, now)


def whole(table: ResultTable) -> tuple[object, ...]:
    """All that an answer says."""
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    return table.header, table.columns, rows, table.totals, table.checks, table.row_count, table.sha256, table.next


@pytest.fixture(autouse=True)
def _none_kept_yet(served: Serving, at_now: None) -> None:
    kept_beside(served.engine).clear()


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_each_reader_is_answered_from_what_that_reader_may_see(served: Serving, report) -> None:
    words = {"period": "2026-10", "limit": "50"}
    anew = []
    for scope in SCOPES:
        kept_beside(served.engine).clear()
        anew.append(whole(ask(served, report.slug, scope, **words)))
    kept_beside(served.engine).clear()
    for _time in range(2):
        assert [whole(ask(served, report.slug, scope, **words)) for scope in SCOPES] == anew
    assert len({repr(answer[2]) for answer in anew}) > 1


def test_an_equal_question_is_not_asked_of_the_engine_again(served: Serving) -> None:
    first = whole(ask(served, "credit-total", SCOPES[0], period="2026-10"))
    with waits() as engine:
        assert whole(ask(served, "credit-total", SCOPES[0], period="2026-10")) == first
    assert engine == []


def test_look_ups_are_kept_beside_the_answers_until_they_are_forgotten(served: Serving) -> None:
    def asked() -> int:
        kept_beside(served.engine).clear()
        with waits() as engine:
            whole(ask(served, "credit-total", SCOPES[0], period="2026-10", currency="VND"))
        return len(engine)

    forget_rows(served.engine)
    first = asked()
    assert asked() < first
    forget_rows(served.engine)
    assert asked() == first


def test_a_named_frame_is_kept_by_its_days_and_told_by_its_name(served: Serving) -> None:
    kept = kept_beside(served.engine)
    by_days = ask(served, "revenue-by-account", SCOPES[0], period="2026-11", compare="2026-10")
    framed = ask(served, "revenue-by-account", SCOPES[0], period="this-month", compare="previous")
    assert len(kept) == 1
    assert framed.header.conditions == by_days.header.conditions | {"period": "this-month", "compare": "previous"}
    assert not framed.header.period_over
    later = ask(served, "revenue-by-account", SCOPES[0], datetime(2026, 12, 20, 2, tzinfo=UTC), period="this-month")
    assert later.header.period_start == date(2026, 12, 1)
    over = ask(
        served,
        "revenue-by-account",
        SCOPES[0],
        datetime(2026, 12, 20, 2, tzinfo=UTC),
        period="2026-11",
        compare="2026-10",
    )
    assert over.header.period_over
    assert len(kept) == 2


def test_what_was_known_earlier_is_another_answer(served: Serving) -> None:
    now, before = (
        ask(served, "credit-total", SCOPES[0], period="2026-10", **words) for words in ({}, {"as_known_at": "1"})
    )
    assert now.header.known != before.header.known
    assert now.row_count > before.row_count == 0
    pinned = ask(served, "credit-total", SCOPES[0], period="2026-10", as_known_at=str(now.header.known.seq))
    assert len(kept_beside(served.engine)) == 2
    assert pinned.header.conditions["as_known_at"] == str(now.header.known.seq)
    assert "as_known_at" not in now.header.conditions


def test_registers_and_long_listings_are_not_kept() -> None:
    conditions = parse(BY_SLUG["credit-usage"], {"period": ["2026"]}, TODAY)
    for report in REPORTS:
        assert is_kept(report, replace(conditions, limit=ANSWER_KEPT_ROWS_MAX)) is (report.shape is not Shape.REGISTER)
        for limit in (ANSWER_KEPT_ROWS_MAX + 1, None):
            assert is_kept(report, replace(conditions, limit=limit)) is (
                report.shape in (Shape.GROUPED, Shape.STATEMENT)
            )


def test_what_is_refused_is_not_kept(served: Serving) -> None:
    for _time in range(2):
        with pytest.raises(WrongUsage):
            ask(served, "credit-total", SCOPES[0], account="nobody")
    assert len(kept_beside(served.engine)) == 0


@pytest.fixture
def asked(served: Serving):
    """A key, and what makes an answer for it."""

    def asked(period: str, scope: Scope = SCOPES[0]):
        conditions = parse(BY_SLUG["credit-total"], {"period": [period]}, TODAY)
        key = key_of(BY_SLUG["credit-total"], conditions, scope, served.known(), served.zone)
        return key, lambda: run(BY_SLUG["credit-total"], conditions, scope, served, NOW)

    return asked


def test_two_who_ask_at_once_are_answered_by_one_question(asked) -> None:
    kept, (key, make) = KeptAnswers(), asked("2026-10")
    made, begin, answers = [], threading.Barrier(8), []

    def slowly() -> ResultTable:
        made.append(threading.get_ident())
        threading.Event().wait(0.2)
        return make()

    def read() -> None:
        begin.wait()
        answers.append(whole(kept.answer(key, slowly)))

    threads = [threading.Thread(target=read) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)


def test_what_fails_for_one_is_asked_anew_by_the_next(asked) -> None:
    kept, (key, make) = KeptAnswers(), asked("2026-10")
    failing = threading.Event()

    def fail() -> ResultTable:
        failing.set()
        threading.Event().wait(0.2)
        raise WrongUsage("stopped")  # type: ignore[arg-type]

    def first() -> None:
        with pytest.raises(WrongUsage):
            kept.answer(key, fail)

    thread = threading.Thread(target=first)
    thread.start()
    failing.wait()
    assert kept.answer(key, make).row_count > 0
    thread.join()


def test_so_many_bytes_are_kept_and_the_oldest_go(asked) -> None:
    (key, make), (other, make_other) = asked("2026-10"), asked("2026-09")
    once = KeptAnswers()
    once.answer(key, make)
    size = once.bytes
    for each_max, count in ((size - 1, 0), (size, 1), (size + 1, 1)):
        kept = KeptAnswers(each_max=each_max)
        assert whole(kept.answer(key, make)) == whole(make())
        assert len(kept) == count
    for bytes_max, count in ((size - 1, 0), (size, 1), (size + 1, 1)):
        kept = KeptAnswers(bytes_max=bytes_max)
        kept.answer(key, make)
        assert len(kept) == count
        assert kept.bytes == size * count
    kept = KeptAnswers(bytes_max=size)
    kept.answer(key, make)
    kept.answer(other, make_other)
    assert list(kept._kept) == [other]
