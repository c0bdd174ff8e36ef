"""What of allauth is ours to decide: nobody signs up by themselves; single sign-on lets in who was invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from sodu.people.accounts.models import User


def user_display(user: User) -> str:
    """What a person is called."""
    return str(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Accounts come from invitations."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Who comes by single sign-on has been invited before."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc, unused-ignore]
    """Secrets of second factors."""
