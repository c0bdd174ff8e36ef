"""The audit log: a row for each view, export, load, sign-in and change. Rows are only added."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models


class Event(models.Model):
    """What one person did at one moment."""

    at = models.DateTimeField(auto_now_add=True)
    request_id = models.CharField(max_length=36, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    email = models.CharField(max_length=254, blank=True)
    """As it was then, or as someone tried to sign in with."""
    partner_id = models.CharField(max_length=128, blank=True)
    """Whose admin may read this; empty for the provider's alone."""
    action = models.CharField(max_length=32)
    object = models.CharField(max_length=255, blank=True)
    query = models.TextField(blank=True)
    """Of a report: its canonical query text."""
    outcome = models.CharField(max_length=16)
    """done, refused or failed."""
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=255, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        """Read by partner and by person, newest first."""

        indexes: ClassVar = [models.Index(fields=["partner_id", "-at"]), models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        """The action and its object."""
        return f"{self.action} {self.object}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that is there is not changed."""
        if self.pk:
            raise TypeError("events are not changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError("events are not deleted")
