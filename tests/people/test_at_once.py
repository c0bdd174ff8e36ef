"""What two people, or two processes, do at the same moment: each database lets one of them be first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from sodu.people.accounts.models import Role, User
from sodu.people.saved import exporting, keeping
from sodu.people.tenants import invitations, rights
from sodu.values.errors import Refused
from sodu.values.limits import EXPORTS_WAITING_MAX, VIEWS_KEPT_MAX

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What came of each: its answer, or what it was refused."""
    begin, came = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        begin.wait()
        try:
            came.append(work())
        except Exception as error:  # noqa: BLE001
            came.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


@contextmanager
def one_refused(came: list[object], refused: int = 1) -> Iterator[None]:
    yield
    assert [type(each) for each in came if isinstance(each, Exception)] == [Refused] * refused, came


def test_a_link_lets_one_in() -> None:
    secret = invitations.invite(None, invitations.Invited("a@provider.example", Role.OPERATOR, "", ()))
    with one_refused(at_once(*[lambda: invitations.accept(secret, "A", "correct horse battery")] * 4), 3):
        assert User.objects.count() == 1


def test_two_operators_cannot_take_each_others_rights() -> None:
    one, two = (User.objects.create_user(f"{name}@provider.example", role=Role.OPERATOR) for name in ("one", "two"))
    came = at_once(lambda: rights.deactivate(one, two), lambda: rights.deactivate(two, one))
    with one_refused(came):
        assert User.objects.filter(is_active=True).count() == 1


def test_limits_are_kept() -> None:
    person = User.objects.create_user("one@provider.example", role=Role.OPERATOR)
    for _number in range(EXPORTS_WAITING_MAX - 1):
        exporting.start(person, "credit-total", "", "csv")
    for number in range(VIEWS_KEPT_MAX - 1):
        person.views.create(name=str(number), slug="credit-total")
    with one_refused(at_once(*[lambda: exporting.start(person, "credit-total", "", "csv")] * 3), 2):
        assert person.exports.count() == EXPORTS_WAITING_MAX
    works = [lambda name=name: keeping.save(person, name, ("credit-total", ""), is_shared=False) for name in "abc"]
    with one_refused(at_once(*works), 2):
        assert person.views.count() == VIEWS_KEPT_MAX
