"""Schedules: which periods are due, and from which one on they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sodu.people.accounts.models import User
from sodu.people.saved.keeping import visible_to
from sodu.people.saved.models import Frequency, Schedule, View
from sodu.reports.catalog import report_of
from sodu.reports.report import Report
from sodu.reports.run import Record
from sodu.reports.selection import Selection
from sodu.reports.sql.grouped import presence
from sodu.values.errors import Refused, WrongUsage
from sodu.values.limits import SCHEDULE_PERIODS_BEHIND_MAX, SCHEDULE_RECIPIENTS_MAX, SCHEDULES_KEPT_MAX
from sodu.values.period import Period, add_months, bucket, parse
from sodu.values.text import mark as _

ATTACHED = ("", "xlsx", "csv")
_BY = {Frequency.DAILY: "day", Frequency.WEEKLY: "week", Frequency.MONTHLY: "month"}


def period_with(day: date, frequency: str) -> str:
    """The text of the day, ISO week or month that a day lies in."""
    return bucket(day, _BY[Frequency(frequency)])


def due_periods(schedule: Schedule, through: datetime | None, zone: str, today: date) -> list[str]:
    """The periods to be sent, the earliest first: those whose data is through, not too far behind."""
    found: list[str] = []
    start = period_of(period_with(today, schedule.frequency)).start
    while len(found) < SCHEDULE_PERIODS_BEHIND_MAX:
        text = period_with(start - timedelta(days=1), schedule.frequency)
        period = period_of(text)
        if period.start < schedule.starts_on:
            break
        if is_through(period, through, zone):
            found.append(text)
        elif _is_far_behind(period, today):
            break
        start = period.start
    return found[::-1]


def first_start(frequency: str, through: datetime | None, zone: str, today: date) -> date:
    """The first day of the first period that is not through yet: what is through already is not sent any more."""
    period = period_of(period_with(today, frequency))
    for _step in range(SCHEDULE_PERIODS_BEHIND_MAX):
        before = period_of(period_with(period.start - timedelta(days=1), frequency))
        if is_through(before, through, zone):
            break
        period = before
    return period.start


def is_through(period: Period, through: datetime | None, zone: str) -> bool:
    """Whether the record holds something that happened after the period's end."""
    return through is not None and through.replace(tzinfo=UTC) >= period.instants(zone)[1]


def data_through(report: Report, record: Record) -> datetime | None:
    """How far the whole record reaches in what a report sums: an instant, and nothing of what happened then."""
    everything = Selection(
        known=record.known(),
        period=Period(date(2000, 1, 1), date(2200, 1, 1)),
        compare=None,
        partners=None,
        own=None,
        accounts=None,
        services=None,
        currency=None,
    )
    return max((row["last_at"] for row in record.engine.rows(presence(report.fact, everything))), default=None)


def running() -> Iterator[Schedule]:
    """Those that are to be sent: not paused, of an owner who is there and may see the view."""
    schedules = Schedule.objects.filter(paused_at=None, owner__is_active=True).select_related("view", "owner")
    for schedule in schedules.prefetch_related("recipients"):
        if visible_to(schedule.owner).filter(pk=schedule.view_id).exists():
            yield schedule


def possible_recipients(user: User) -> QuerySet[User]:
    """Whom a person may send to: the active people of the same partner, or of the provider."""
    return User.objects.filter(partner_id=user.partner_id, is_active=True).order_by("name", "email")


def make(owner: User, view: View, record: Record, now: datetime, chosen: dict[str, object]) -> Schedule:
    """A schedule of a view, from the first period on that is not through yet."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        if owner.schedules.count() >= SCHEDULES_KEPT_MAX:
            raise Refused(_("schedules: {limit} are kept already; delete one first"), limit=SCHEDULES_KEPT_MAX)
        schedule = Schedule(owner=owner, view=view)
        _set(schedule, record, now, chosen)
    return schedule


def change(schedule: Schedule, record: Record, now: datetime, chosen: dict[str, object]) -> None:
    """Other people, another frequency, another file; periods that are through already are not sent again."""
    with transaction.atomic():
        _set(schedule, record, now, chosen)


def pause(schedule: Schedule) -> None:
    """Send nothing until it is resumed."""
    Schedule.objects.filter(pk=schedule.pk, paused_at=None).update(paused_at=timezone.now())


def resume(schedule: Schedule, record: Record, now: datetime) -> None:
    """Send again, from the first period on that is not through yet."""
    starts_on = _first_start(schedule, record, now)
    Schedule.objects.filter(pk=schedule.pk).update(paused_at=None, starts_on=starts_on)


def next_period(schedule: Schedule, record: Record, now: datetime) -> str:
    """The text of the period that is sent next."""
    start = max(schedule.starts_on, _first_start(schedule, record, now))
    return period_with(start, schedule.frequency)


def _first_start(schedule: Schedule, record: Record, now: datetime) -> date:
    through = data_through(report_of(schedule.view.slug), record)
    return first_start(schedule.frequency, through, record.zone, _today(record, now))


def _set(schedule: Schedule, record: Record, now: datetime, chosen: dict[str, object]) -> None:
    frequency, attaches = str(chosen["frequency"]), str(chosen["attaches"])
    if frequency not in Frequency.values:
        raise WrongUsage(
            _("frequency: '{text}' is none of {choices}"), text=frequency, choices=", ".join(Frequency.values)
        )
    if attaches not in ATTACHED:
        raise WrongUsage(_("attaches: '{text}' is none of {choices}"), text=attaches, choices=", ".join(ATTACHED[1:]))
    asked = chosen["recipients"]
    people = list(possible_recipients(schedule.owner).filter(pk__in=asked if isinstance(asked, list) else []))
    if not people or len(people) > SCHEDULE_RECIPIENTS_MAX:
        raise WrongUsage(_("recipients: choose 1 to {limit} people"), limit=SCHEDULE_RECIPIENTS_MAX)
    schedule.frequency, schedule.attaches = frequency, attaches
    schedule.starts_on = _first_start(schedule, record, now)
    schedule.save()
    schedule.recipients.set(people)


def _today(record: Record, now: datetime) -> date:
    return now.astimezone(ZoneInfo(record.zone)).date()


def period_of(text: str) -> Period:
    """The period of a day's, week's or month's text."""
    return parse(text, date(2000, 1, 1))


def _is_far_behind(period: Period, today: date) -> bool:
    return period.end < add_months(today, -SCHEDULE_PERIODS_BEHIND_MAX)
