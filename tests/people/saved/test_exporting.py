"""Exports in the background: who may, who takes which, and what is left of one that ended early."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from sodu.entrances import clock
from sodu.people.audit.models import Event
from sodu.people.saved import exporting, making
from sodu.people.saved.models import Export
from sodu.people.servers.models import Server
from sodu.render.formats import FORMATS
from sodu.render.options import Options
from sodu.reports.catalog import report_of
from sodu.reports.conditions import parse
from sodu.reports.run import run
from sodu.reports.scope import Scope
from sodu.values import limits
from sodu.values.errors import Refused
from tests.portal.homes import Portal

State = Export.State
QUERY = "period=2026-10&account_type=both"
MEMBER = ("partner_member", "P")


def make(portal: Portal) -> Export | None:
    return making.make_one(portal.serving, threading.Event(), clock.now())


def files(portal: Portal) -> list[Path]:
    return list(exporting.folder(portal.home).iterdir())


def start(portal: Portal, role: str = "partner_member", partner: str = "P", format_: str = "csv") -> Export:
    return exporting.start(portal.person(role, partner), "credit-total", QUERY, format_, language="en", rows=3)


@pytest.fixture(autouse=True)
def no_files_left(portal: Portal) -> None:
    for path in files(portal):
        path.unlink()


def rendered(portal: Portal, format_: str, scope: Scope) -> tuple[bytes, str]:
    now = clock.now()
    report = report_of("credit-total")
    table = run(report, parse(report, {"period": ["2026-10"]}, now.date()), scope, portal.serving, now)
    out = BytesIO()
    FORMATS[format_].write(table, out, Options(language="en"))
    return out.getvalue(), table.sha256


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json", "parquet"])
def test_the_file_is_that_of_every_other_entrance(portal: Portal, format_: str) -> None:
    export = start(portal, format_=format_)
    make(portal)
    export.refresh_from_db()
    wanted, sha256 = rendered(portal, format_, Scope.partner("P"))
    made = exporting.path_of(portal.home, export)
    assert (export.state, export.rows, export.rows_done, export.sha256) == (State.DONE, 3, 3, sha256)
    assert export.bytes == len(wanted)
    assert made.read_bytes() == wanted
    assert files(portal) == [made]
    assert Event.objects.filter(action="export-made", detail__sha256=sha256).count() == 1


def test_rights_are_those_of_the_moment_it_runs(portal: Portal) -> None:
    export = start(portal)
    portal.person(*MEMBER).account_limits.create(account_id="C1")
    make(portal)
    export.refresh_from_db()
    assert export.rows == 1
    assert b"C2" not in exporting.path_of(portal.home, export).read_bytes()


def test_who_is_gone_gets_nothing(portal: Portal) -> None:
    export = start(portal)
    user = portal.person(*MEMBER)
    user.is_active = False
    user.save()
    make(portal)
    export.refresh_from_db()
    assert (export.state, export.error) == (State.FAILED, "Your access has ended")
    assert files(portal) == []


def test_a_question_that_is_refused_by_then_says_why(portal: Portal) -> None:
    export = exporting.start(portal.person(*MEMBER), "credit-total", QUERY + "&account=demo-nowhere", "csv")
    make(portal)
    export.refresh_from_db()
    assert export.state == State.FAILED
    assert "demo-nowhere" in export.error


def test_who_may_see_less_by_now_has_no_file(portal: Portal) -> None:
    export = start(portal)
    make(portal)
    export.refresh_from_db()
    assert exporting.is_still_theirs(export)
    portal.person(*MEMBER).account_limits.create(account_id="C1")
    assert not exporting.is_still_theirs(Export.objects.get(pk=export.pk))


def test_a_cancelled_one_leaves_nothing(portal: Portal) -> None:
    export = start(portal)
    write = FORMATS["csv"].__class__.write

    def cancelled(self, table, out, options):
        assert exporting.cancel(export)
        write(self, table, out, options)

    with mock.patch.object(making, "_TELL_SECONDS", 0), mock.patch("sodu.render.formats.Format.write", cancelled):
        make(portal)
    export.refresh_from_db()
    assert export.state == State.CANCELLED
    assert files(portal) == []


def test_one_cancelled_after_its_last_row_leaves_nothing(portal: Portal) -> None:
    export = start(portal)
    write = FORMATS["csv"].__class__.write

    def cancelled(self, table, out, options):
        write(self, table, out, options)
        assert exporting.cancel(export)

    with mock.patch("sodu.render.formats.Format.write", cancelled):
        make(portal)
    export.refresh_from_db()
    assert (export.state, files(portal)) == (State.CANCELLED, [])


def test_the_server_stops_meanwhile(portal: Portal) -> None:
    export = start(portal)
    stop = threading.Event()
    stop.set()
    making.make_one(portal.serving, stop, clock.now())
    export.refresh_from_db()
    assert (export.state, files(portal)) == (State.WAITING, [])


def test_what_breaks_is_told_in_a_sentence(portal: Portal) -> None:
    export = start(portal)
    with mock.patch("sodu.render.formats.Format.write", side_effect=OSError(28, "No space left on device")):
        make(portal)
    export.refresh_from_db()
    assert export.state == State.FAILED
    assert export.error.startswith("Something went wrong")
    assert files(portal) == []


def test_a_dead_servers_export_is_made_again_and_given_up_in_the_end(portal: Portal) -> None:
    export = start(portal)
    for tries in range(1, limits.EXPORT_TRIES_MAX):
        claimed = exporting.claim(f"dead-{tries}")
        assert claimed
        exporting.partial(portal.home, claimed).write_bytes(b"half")
        exporting.recover(portal.home)
        export.refresh_from_db()
        assert (export.state, export.tries, files(portal)) == (State.WAITING, tries, [])
    exporting.claim("dead-at-last")
    exporting.recover(portal.home)
    export.refresh_from_db()
    assert export.state == State.FAILED
    assert "3" in export.error


def test_ours_is_not_taken_for_a_dead_ones(portal: Portal) -> None:
    export = start(portal)
    exporting.claim()
    exporting.recover(portal.home)
    export.refresh_from_db()
    assert export.state == State.RUNNING


def test_another_hosts_is_taken_over_once_it_has_not_been_seen_for_a_while(portal: Portal) -> None:
    export = start(portal)
    other = Server.objects.create(pk="other", host="web-2")
    assert exporting.claim("other")
    exporting.recover(portal.home)
    export.refresh_from_db()
    assert export.state == State.RUNNING
    Server.objects.filter(pk=other.pk).update(seen_at=timezone.now() - timedelta(seconds=31))
    exporting.recover(portal.home)
    export.refresh_from_db()
    assert export.state == State.WAITING


def test_who_was_taken_over_does_not_spoil_what_the_other_makes(portal: Portal) -> None:
    export = start(portal)
    late = exporting.claim("late")
    assert late
    making_late = making._Making(portal.serving, threading.Event(), clock.now(), late)
    table = making_late._made()
    exporting.recover(portal.home)
    make(portal)
    export.refresh_from_db()
    made = exporting.path_of(portal.home, export).read_bytes()
    exporting.partial(portal.home, late).write_bytes(b"half")
    with pytest.raises(making._Stopped):
        making_late._done(table)
    assert exporting.path_of(portal.home, export).read_bytes() == made
    export.refresh_from_db()
    assert export.state == State.DONE


def test_partners_take_turns(portal: Portal) -> None:
    first, second, other = start(portal), start(portal), start(portal, "partner_admin", "demo-other")
    assert exporting.claim().pk == first.pk
    assert exporting.claim().pk == other.pk
    assert exporting.claim() is None  # as many as may run at once
    Export.objects.filter(pk__in=(first.pk, other.pk)).update(state=State.DONE)
    assert exporting.claim().pk == second.pk


def test_a_person_has_so_many_waiting_and_no_more(portal: Portal) -> None:
    for _number in range(limits.EXPORTS_WAITING_MAX):
        start(portal)
    with pytest.raises(Refused):
        start(portal)
    exporting.cancel(Export.objects.first())
    start(portal)


def test_files_are_kept_for_some_days(portal: Portal) -> None:
    export = start(portal)
    make(portal)
    stray = exporting.folder(portal.home) / "0000.csv"
    stray.write_bytes(b"")
    assert exporting.expire(portal.home) == 0
    assert exporting.path_of(portal.home, export).exists()
    assert not stray.exists()
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert exporting.expire(portal.home) == 1
    assert files(portal) == []
    assert not Export.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_threads_never_take_the_same(portal: Portal) -> None:
    wanted = {start(portal).pk for _number in range(12)}
    taken: list[object] = []
    begin = threading.Barrier(4)

    def take() -> None:
        begin.wait()
        while (export := exporting.claim()) is not None or Export.objects.filter(state=State.WAITING).exists():
            if export is not None:
                taken.append(export.pk)
                Export.objects.filter(pk=export.pk).update(state=State.DONE)
        connection.close()

    threads = [threading.Thread(target=take) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(wanted)
    assert set(taken) == wanted
