"""Deliveries: each schedule's period goes to each person once, with the rights that person has when it is sent."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from sodu.people.accounts.models import User
from sodu.people.audit.log import FAILED, REFUSED, Actor, record as record_event
from sodu.people.saved import scheduling
from sodu.people.saved.mailing import language_of, mail_of
from sodu.people.saved.models import Delivery, Outcome, Schedule
from sodu.people.saved.questions import of_period, partner_of, question_of
from sodu.render.language import say
from sodu.reports.catalog import report_of
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import DELIVERY_LEASE_SECONDS, DELIVERY_TRIES_MAX
from sodu.values.text import Message, mark as _
from sodu.warehouse.serving import Serving

_log = structlog.get_logger("sodu")
_BACK_OFF_SECONDS = (60, 300, 1800, 7200)
_GONE = _("The person has no access here any more")
_NO_VIEW = _("The person may not see this view")
_UNKNOWN = _("The mail server was not heard to take it or to refuse it: it may have arrived, and is not sent again")
_BROKEN = _("Something went wrong while this was sent; the log of the server says what")


def is_set_up() -> bool:
    """Whether there is a server that mail can be handed to."""
    return settings.CONFIGURATION.smtp is not None


def deliver(serving: Serving, stop: threading.Event, now: datetime) -> int:
    """Claim what is due and send what was claimed; how many were tried. Without a mail server, nothing."""
    if not is_set_up():
        return 0
    today = now.astimezone(ZoneInfo(serving.zone)).date()
    through: dict[str, datetime | None] = {}
    for schedule in scheduling.running():
        report = report_of(schedule.view.slug)
        if report.fact not in through:
            through[report.fact] = scheduling.data_through(report, serving)
        for period in scheduling.due_periods(schedule, through[report.fact], serving.zone, today):
            for recipient in schedule.recipients.all():
                claim(schedule, period, recipient)
    _end_unknown()
    due = Delivery.objects.filter(outcome=Outcome.CLAIMED, due_at__lte=timezone.now(), schedule__paused_at=None)
    count = 0
    for delivery in due.select_related("schedule__view", "schedule__owner", "recipient").order_by("due_at"):
        if stop.is_set():
            break
        count += attempt(delivery, serving, now)
    return count


def _end_unknown() -> None:
    """A mail that was being handed over when its process ended may have gone out: it is not sent again, and that is told."""
    left = Delivery.objects.filter(outcome=Outcome.SENDING, due_at__lte=timezone.now())
    for delivery in left.select_related("schedule__view", "schedule__owner", "recipient"):
        if Delivery.objects.filter(pk=delivery.pk, outcome=Outcome.SENDING).update(outcome=Outcome.FAILED):
            _end(delivery, Outcome.FAILED, say(Message(_UNKNOWN), language_of(delivery.schedule.owner)))


def claim(schedule: Schedule, period: str, recipient: User) -> bool:
    """Write down that this is to be sent; False where it was claimed before."""
    found = Delivery.objects.filter(schedule=schedule, period=period, recipient=recipient)
    if found.exists():
        return False
    try:
        with transaction.atomic():
            Delivery.objects.create(
                schedule=schedule,
                period=period,
                recipient=recipient,
                message_id=_message_id(schedule, period, recipient),
                due_at=timezone.now(),
            )
    except IntegrityError:
        return False
    return True


def attempt(delivery: Delivery, serving: Serving, now: datetime) -> bool:
    """Send a claimed delivery, unless somebody else does: whoever raises the count of its tries is the one."""
    at = timezone.now()
    ours = Delivery.objects.filter(
        pk=delivery.pk, outcome=Outcome.CLAIMED, tries=delivery.tries, due_at__lte=at
    ).update(tries=F("tries") + 1, due_at=at + timedelta(seconds=DELIVERY_LEASE_SECONDS))
    if not ours:
        return False
    delivery.refresh_from_db(fields=["tries"])
    # What became of it is read by the schedule's owner.
    language = language_of(delivery.schedule.owner)
    if delivery.tries > DELIVERY_TRIES_MAX:
        _end(delivery, Outcome.FAILED, say(Message(_BROKEN), language))
        return True
    try:
        _send(delivery, serving, now)
    except _Refusal as refusal:
        _end(delivery, Outcome.REFUSED, say(refusal.message, language))
    except WrongUsage as error:
        _end(delivery, Outcome.REFUSED, say(error.message, language))
    except _TakenOver:
        pass
    except _Unknown:
        _end(delivery, Outcome.FAILED, say(Message(_UNKNOWN), language))
    except (OSError, SoduError) as error:
        said = say(error.message, language) if isinstance(error, SoduError) else f"{type(error).__name__}: {error}"
        _log.warning("mail", delivery=delivery.pk, tries=delivery.tries, error=said)
        _try_later(delivery, said)
    except Exception:  # noqa: BLE001
        _log.exception("mail", delivery=delivery.pk)
        _try_later(delivery, say(Message(_BROKEN), language))
    else:
        _end(delivery, Outcome.SENT, "")
    return True


class _Refusal(Exception):
    """The recipient may not have this."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class _TakenOver(Exception):
    """This took so long that another process has begun anew."""


class _Unknown(Exception):
    """Whether the mail server took it is not known."""


def _send(delivery: Delivery, serving: Serving, now: datetime) -> None:
    """Make the mail with the recipient's rights of this moment, and hand it over."""
    schedule = delivery.schedule
    recipient = User.objects.get(pk=delivery.recipient_id)
    if not recipient.is_active or recipient.partner_id != schedule.owner.partner_id:
        raise _Refusal(Message(_GONE))
    if not schedule.recipients.filter(pk=recipient.pk).exists():
        raise _Refusal(Message(_NO_VIEW))
    query = of_period(schedule.view.query, delivery.period)
    if partner_of(query) and not recipient.is_provider:
        raise _Refusal(Message(_NO_VIEW))
    question = question_of(recipient, (schedule.view.slug, query), serving, now)
    _hand_over(delivery, mail_of(delivery, recipient, question, serving, now))


def _hand_over(delivery: Delivery, mail: EmailMultiAlternatives) -> None:
    """Give a mail to the mail server, at most once: that it is being given is written down before.

    A server that cannot be reached, or says no, is asked again later; one that is not heard has perhaps taken it.
    """
    ours = Delivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
    connection = get_connection()
    connection.open()
    try:
        if not ours.filter(outcome=Outcome.CLAIMED).update(outcome=Outcome.SENDING):
            raise _TakenOver
        connection.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError):
        ours.update(outcome=Outcome.CLAIMED)
        raise
    except OSError as error:
        raise _Unknown from error
    finally:
        with suppress(OSError):
            connection.close()


def _try_later(delivery: Delivery, said: str) -> None:
    if delivery.tries >= DELIVERY_TRIES_MAX:
        _end(delivery, Outcome.FAILED, said)
        return
    wait = _BACK_OFF_SECONDS[min(delivery.tries, len(_BACK_OFF_SECONDS)) - 1]
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now() + timedelta(seconds=wait), detail=said)


def _end(delivery: Delivery, outcome: Outcome, said: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(outcome=outcome, detail=said, at=timezone.now())
    delivery.outcome, delivery.detail = outcome, said
    outcomes = {Outcome.REFUSED: REFUSED, Outcome.FAILED: FAILED}
    record_event(
        Actor(delivery.schedule.owner),
        "send",
        delivery.schedule.view.slug,
        query=of_period(delivery.schedule.view.query, delivery.period),
        outcome=outcomes.get(outcome, "done"),
        recipient=delivery.recipient.email,
        schedule=delivery.schedule_id,
        period=delivery.period,
        said=said,
    )


def _message_id(schedule: Schedule, period: str, recipient: User) -> str:
    """The same for the same schedule, period and person, whoever makes it and however often."""
    words = f"{settings.SECRET_KEY}\n{schedule.pk}\n{period}\n{recipient.pk}"
    digest = hashlib.sha256(words.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.CONFIGURATION.url).hostname}>"
