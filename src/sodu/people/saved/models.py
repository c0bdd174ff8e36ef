"""What people keep: views, schedules with their deliveries, and exports."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from sodu.values.text import mark as _


class View(models.Model):
    """A question kept under a name: the report and its canonical query text."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    partner_id = models.CharField(max_length=128, blank=True)
    """The partner within which it may be shared; empty for the provider's."""
    name = models.CharField(max_length=128)
    slug = models.CharField(max_length=32)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """A name once an owner."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once")]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Frequency(models.TextChoices):
    """How often a schedule sends."""

    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")


class Schedule(models.Model):
    """A view that is sent by e-mail once the data of a day, week or month is through."""

    view = models.ForeignKey(View, on_delete=models.CASCADE, related_name="schedules")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules")
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="subscriptions")
    frequency = models.CharField(max_length=8, choices=Frequency.choices)
    attaches = models.CharField(max_length=8, blank=True)
    """The format of the attached file; empty for a link alone."""
    starts_on = models.DateField()
    """The first day of the first period that is sent."""
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """The view and how often."""
        return f"{self.view} ({self.frequency})"


class Outcome(models.TextChoices):
    """What became of a delivery."""

    CLAIMED = "claimed", _("On its way")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """One sending of a schedule's period to one person: what was sent, or why it was not."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    period = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.CLAIMED)
    detail = models.TextField(blank=True)
    message_id = models.CharField(max_length=255)
    """The same at each try, so that a mail that went out before a crash is known again by who receives it."""
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    """When the next try may begin; moved ahead before each, so that nobody else begins it too."""
    at = models.DateTimeField(auto_now=True)

    class Meta:
        """Exactly once a schedule, period and person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "period", "recipient"], name="delivery_once")
        ]
        indexes: ClassVar = [models.Index(fields=["outcome", "due_at"])]

    def __str__(self) -> str:
        """The period."""
        return self.period


class Export(models.Model):
    """A file that is made in the background for the person who asked."""

    class State(models.TextChoices):
        """Where an export stands."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    partner = models.CharField(max_length=128, blank=True)
    """The partner that a provider's person narrowed the view to; empty for none."""
    slug = models.CharField(max_length=32)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=8)
    bom = models.BooleanField(default=False)
    """CSV: whether it begins with the mark that Excel needs."""
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    rows_done = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the answer's canonical rows."""
    error = models.TextField(blank=True)
    runner = models.CharField(max_length=36, blank=True)
    """The process that runs it."""
    tries = models.PositiveSmallIntegerField(default=0)
    scope = models.JSONField(default=dict)
    """Whose facts the file holds: who may see less by now does not get it."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """The list of a person's, newest first."""

        indexes: ClassVar = [models.Index(fields=["user", "-created_at"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        """The report and the format."""
        return f"{self.slug}.{self.format}"
