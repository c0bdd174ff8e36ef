"""Loads that were tried from a page, with what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from sodu.values.text import mark as _


class Attempt(models.Model):
    """One load from a page. What was accepted stands in the journal; this keeps what was refused, and why."""

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    files = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    seqs = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    errors = models.JSONField(default=list)
    """The first errors of rows: file, row, column, code, message, value."""
    error_count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """The files."""
        return ", ".join(self.files)
