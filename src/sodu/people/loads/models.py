"""Loads and checks that were started from a page, with what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from sodu.values.text import mark as _


class State(models.TextChoices):
    """Where a piece of work stands."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Attempt(models.Model):
    """One load from a page. What was accepted stands in the journal; this keeps what was refused, and why."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    runner = models.CharField(max_length=36, blank=True)
    """The process that does it."""
    files = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    """How the files were read: the request's words that differ from what is usual."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    batches = models.JSONField(default=list)
    """What became of each file's rows of a table: seq (null where nothing was new), table, file, rows, duplicates,
    rejected."""
    error = models.JSONField(null=True)
    """Why nothing was loaded, as `kept_texts` keeps it."""
    errors = models.JSONField(default=list)
    """The first errors of rows: file, row, column, code, message, value."""
    error_count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """The files."""
        return ", ".join(self.files)

    @property
    def seqs(self) -> list[int]:
        """The batches that it brought into the journal."""
        return [batch["seq"] for batch in self.batches if batch["seq"] is not None]


class Inspection(models.Model):
    """One check of the record from a page, and what was found."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    runner = models.CharField(max_length=36, blank=True)
    """The process that does it."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    findings = models.JSONField(default=list)
    """What was looked at: name, ok and detail, texts as `kept_texts` keeps them."""

    class Meta:
        """One runs at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state=State.RUNNING), name="inspection_alone")
        ]

    def __str__(self) -> str:
        """When."""
        return self.at.isoformat()
