"""Events written beside the work that they tell of: all of them, in time, and none at another's expense."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from sodu.people.audit.log import Actor, recorded
from sodu.people.audit.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_is_there_when_the_block_is_left() -> None:
    with recorded(Actor(None, email="an@example.com"), "view", "credit-total", query="period=2026"):
        pass
    (event,) = Event.objects.all()
    assert (event.action, event.object, event.query, event.outcome) == ("view", "credit-total", "period=2026", "done")


def test_an_event_is_there_where_the_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), recorded(Actor(None), "view", "overview"):
        raise ZeroDivisionError
    assert Event.objects.count() == 1


def test_none_is_lost_where_many_are_written_at_once() -> None:
    seen: list[bool] = []

    def work(number: int) -> None:
        with recorded(Actor(None), "view", f"report-{number}"):
            pass
        seen.append(Event.objects.filter(object=f"report-{number}").exists())
        connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 24
    assert Event.objects.count() == 24


def test_one_that_cannot_be_written_is_told_to_its_own_reader_alone() -> None:
    refused: list[str] = []

    def work(number: int) -> None:
        try:
            with recorded(Actor(None), "view", f"report-{number}", detail=object() if number == 5 else number):
                pass
        except TypeError:
            refused.append(f"report-{number}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["report-5"]
    assert Event.objects.count() == 11
