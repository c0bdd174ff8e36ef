"""Schedules over a real mail server: each period once to each person, with the rights of that moment."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from email.message import EmailMessage
from io import BytesIO
from unittest import mock

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from sodu.entrances import clock
from sodu.people.accounts.models import User
from sodu.people.audit.models import Event
from sodu.people.saved import delivering, keeping, scheduling
from sodu.people.saved.models import Delivery, Schedule
from sodu.people.saved.questions import question_of
from sodu.values.limits import DELIVERY_TRIES_MAX
from tests.people.saved.mail_server import MailServerHere
from tests.portal.homes import Portal

ADMIN, MEMBER = ("partner_admin", "P"), ("partner_member", "P")
QUERY = "period=this-month&account_type=both&currency=VND"


def deliver(portal: Portal) -> int:
    return delivering.deliver(portal.serving, threading.Event(), clock.now())


def scheduled(portal: Portal, *people: User, attaches: str = "", query: str = QUERY) -> Schedule:
    owner = portal.person(*ADMIN)
    view, _new = keeping.save(owner, "Total", ("credit-total", query), is_shared=False)
    schedule = Schedule.objects.create(
        view=view, owner=owner, frequency="monthly", attaches=attaches, starts_on=date(2026, 10, 1)
    )
    schedule.recipients.set(people or [owner])
    return schedule


def past_due() -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found
    return str(found.get_content())


def test_a_link_is_sent_once(portal: Portal, mail_server: MailServerHere) -> None:
    owner = portal.person(*ADMIN)
    schedule = scheduled(portal)
    assert deliver(portal) == 1
    assert deliver(portal) == 0
    (mail,) = mail_server.mails
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.period, delivery.tries) == ("sent", "2026-10", 1)
    assert mail["To"] == owner.email
    assert mail["Subject"] == "Total credit, 2026-10"
    assert mail["Message-ID"] == delivery.message_id
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert "/reports/credit-total?period=2026-10&" in part(mail, kind).replace("&amp;", "&")
    assert list(mail.iter_attachments()) == []
    assert "4,350" not in mail.as_string()
    sent = Event.objects.get(action="send")
    assert (sent.outcome, sent.detail["recipient"], sent.detail["schedule"]) == ("done", owner.email, schedule.pk)


def test_the_attached_workbooks_totals_are_the_answers(portal: Portal, mail_server: MailServerHere) -> None:
    owner = portal.person(*ADMIN)
    scheduled(portal, attaches="xlsx")
    deliver(portal)
    (attached,) = mail_server.mails[0].iter_attachments()
    assert attached.get_filename() == "credit-total_2026-10_P.xlsx"
    book = openpyxl.load_workbook(BytesIO(attached.get_payload(decode=True)), data_only=True)
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    query = "period=2026-10&account_type=both&currency=VND"
    table = question_of(owner, ("credit-total", query), portal.serving, clock.now()).answer(portal.serving, clock.now())
    whole = next(total for total in table.totals if total["account_type"] == "both")
    (head,) = [row for row in cells if row[0] == "Account type"]
    (stated,) = [row for row in cells if row[0] == "Both"]
    assert stated[head.index("Closing balance")] == whole["closing"] == 4350
    assert stated[head.index("Internal transfers eliminated")] == whole["eliminated"] == 3200
    sha256 = next(row[1] for row in cells if row[0] == "SHA-256 of the rows")
    list(table.batches)
    assert sha256 == table.sha256


def test_each_is_sent_what_they_may_see(portal: Portal, mail_server: MailServerHere) -> None:
    limited = portal.person("partner_member", "P", ("C1",))
    scheduled(portal, portal.person(*ADMIN), limited, attaches="csv")
    deliver(portal)
    by_person = {mail["To"]: next(mail.iter_attachments()).get_content() for mail in mail_server.mails}
    assert "C2" in by_person[portal.person(*ADMIN).email]
    assert "C2" not in by_person[limited.email]


def test_who_left_or_moved_or_may_not_is_sent_nothing(portal: Portal, mail_server: MailServerHere) -> None:
    left, moved, limited = portal.person(*MEMBER), portal.person("partner_admin", "demo-1"), None
    limited = portal.person("partner_member", "P", ("C2",))
    left.is_active = False
    left.save()
    scheduled(portal, left, moved, limited, query=QUERY + "&account=C1")
    deliver(portal)
    assert mail_server.mails == []
    assert [(each.outcome, bool(each.detail)) for each in Delivery.objects.all()] == [("refused", True)] * 3
    assert Event.objects.filter(action="send", outcome="refused").count() == 3


def test_nothing_is_sent_before_the_data_is_through(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal)
    with mock.patch.object(scheduling, "data_through", return_value=None):
        assert deliver(portal) == 0
    assert not Delivery.objects.exists()


def test_an_empty_report_says_so(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal, attaches="xlsx", query="period=today&account_type=both&currency=EUR")
    with mock.patch("sodu.people.saved.questions.run", wraps=_emptied):
        deliver(portal)
    (mail,) = mail_server.mails
    assert "no rows in this period" in part(mail, "plain")
    assert list(mail.iter_attachments()) == []


def _emptied(*words: object):
    from sodu.reports import run as module

    table = module.run(*words)  # type: ignore[arg-type]
    table.row_count = 0
    return table


def test_a_file_too_large_for_a_mail_is_a_link(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal, attaches="xlsx")
    with mock.patch("sodu.people.saved.mailing.MAIL_ATTACHMENT_BYTES_MAX", 100):
        deliver(portal)
    assert "too large for a mail" in part(mail_server.mails[0], "plain")
    assert list(mail_server.mails[0].iter_attachments()) == []


def test_it_is_tried_again_with_the_same_id(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal)
    mail_server.refusals = 2
    deliver(portal)
    assert deliver(portal) == 0  # not at once
    first = Delivery.objects.get()
    assert (first.outcome, first.tries) == ("claimed", 1)
    assert first.detail
    for _try in range(2):
        past_due()
        deliver(portal)
    last = Delivery.objects.get()
    assert (last.outcome, last.tries, last.detail) == ("sent", 3, "")
    assert [mail["Message-ID"] for mail in mail_server.mails] == [first.message_id]


def test_it_is_given_up_after_some_tries(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal)
    mail_server.refusals = 99
    for _try in range(DELIVERY_TRIES_MAX + 2):
        deliver(portal)
        past_due()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.tries) == ("failed", DELIVERY_TRIES_MAX)
    assert mail_server.refusals == 99 - DELIVERY_TRIES_MAX
    assert Event.objects.get(action="send").outcome == "failed"


def test_a_crash_between_claim_and_sending_is_made_good(portal: Portal, mail_server: MailServerHere) -> None:
    schedule = scheduled(portal)
    assert delivering.claim(schedule, "2026-10", portal.person(*ADMIN))
    with (
        mock.patch.object(delivering, "_send", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        deliver(portal)
    assert deliver(portal) == 0  # whoever has it may still be at it
    past_due()
    assert deliver(portal) == 1
    assert mail_server.mails[0]["Message-ID"] == Delivery.objects.get().message_id


def test_a_mail_server_that_is_not_heard_is_not_given_it_twice(portal: Portal, mail_server: MailServerHere) -> None:
    scheduled(portal)
    mail_server.is_cut_off = True
    deliver(portal)
    past_due()
    deliver(portal)
    assert len(mail_server.mails) == 1
    delivery = Delivery.objects.get()
    assert delivery.outcome == "failed"
    assert "may have arrived" in delivery.detail
    assert Event.objects.get(action="send").outcome == "failed"


def test_what_was_handed_over_as_its_process_ended_is_not_sent_again(
    portal: Portal, mail_server: MailServerHere
) -> None:
    scheduled(portal)
    backend = "django.core.mail.backends.smtp.EmailBackend.send_messages"
    with mock.patch(backend, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        deliver(portal)
    assert deliver(portal) == 0
    assert Delivery.objects.get().outcome == "sending"
    past_due()
    assert deliver(portal) == 0
    assert mail_server.mails == []
    delivery = Delivery.objects.get()
    assert (delivery.outcome, "may have arrived" in delivery.detail) == ("failed", True)


@pytest.mark.django_db(transaction=True)
def test_two_threads_send_once(portal: Portal, mail_server: MailServerHere) -> None:
    people = [portal.person("partner_member", "P", (account,)) for account in ("C1", "C2", "P-own")]
    scheduled(portal, *people)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        deliver(portal)
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    # Events cannot be deleted, as the database of such a test is.
    with mock.patch.object(delivering, "record_event"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(mail["To"] for mail in mail_server.mails) == sorted(person.email for person in people)
    assert {each.outcome for each in Delivery.objects.all()} == {"sent"}


def test_a_paused_one_sends_nothing_and_goes_on_with_what_comes(portal: Portal, mail_server: MailServerHere) -> None:
    schedule = scheduled(portal)
    scheduling.pause(schedule)
    assert deliver(portal) == 0
    scheduling.resume(schedule, portal.serving, clock.now())
    assert deliver(portal) == 0  # October was through before it was resumed
    schedule.refresh_from_db()
    assert schedule.starts_on == date(2026, 11, 1)


def test_without_a_mail_server_nothing_is_queued(portal: Portal) -> None:
    scheduled(portal)
    assert deliver(portal) == 0
    assert not Delivery.objects.exists()


def test_a_mail_is_in_the_language_of_who_reads_it(portal: Portal, mail_server: MailServerHere) -> None:
    person = portal.person(*ADMIN)
    person.language = "vi"
    person.save()
    scheduled(portal)
    deliver(portal)
    assert mail_server.mails[0]["Subject"] == "Báo cáo tổng hợp credit, 2026-10"
    assert '<html lang="vi">' in part(mail_server.mails[0], "html")
