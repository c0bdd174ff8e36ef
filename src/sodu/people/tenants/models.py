"""Accounts that a person is limited to, and invitations."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from sodu.people.accounts.models import Role


class AccountLimit(models.Model):
    """One of the accounts that a person is limited to; a person without any sees all of the partner's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_limits")
    account_id = models.CharField(max_length=128)

    class Meta:
        """An account once a person."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "account_id"], name="account_limit_once")]

    def __str__(self) -> str:
        """The account."""
        return self.account_id


class Invitation(models.Model):
    """A link that lets one person in, once: to choose a password, or (the first operator's) to sign in at once."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=16, choices=Role.choices)
    partner_id = models.CharField(max_length=128, blank=True)
    accounts = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """To whom."""
        return self.email
