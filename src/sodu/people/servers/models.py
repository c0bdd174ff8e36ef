"""A row for each process that serves, for as long as it does."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Server(models.Model):
    """One process. What it was doing is taken over once it has not been seen for a while."""

    id = models.CharField(primary_key=True, max_length=36)
    host = models.CharField(max_length=255)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    """By the database's clock, as is what it is compared with: hosts need not agree on the time."""

    def __str__(self) -> str:
        """Where it runs."""
        return self.host


class Count(models.Model):
    """How often something was asked in a minute, whichever process it was asked of."""

    name = models.CharField(max_length=128)
    minute = models.BigIntegerField()
    count = models.IntegerField()

    class Meta:
        """One row a name and minute."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "minute"], name="count_once")]

    def __str__(self) -> str:
        """What is counted."""
        return f"{self.name}: {self.count}"
