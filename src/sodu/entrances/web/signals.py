"""What allauth and Django tell of sign-ins, passwords and factors, written into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest

from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.second_factor import remember
from sodu.people.accounts.models import User
from sodu.people.audit.actions import SIGN_IN, SIGN_OUT
from sodu.people.audit.log import FAILED, Actor, record


def _of(request: HttpRequest | None, user: Any) -> Actor:
    """Who acted: the person that the signal names, though the request may not carry them yet."""
    person = user if isinstance(user, User) else None
    if request is None:
        return Actor(person)
    by = actor_of(request)
    return Actor(person, by.address, by.agent, by.request_id)


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **given: Any) -> None:
    sociallogin = given.get("sociallogin")
    remember(request, sociallogin)
    methods = [entry.get("method", "") for entry in request.session.get("account_authentication_methods", [])]
    record(_of(request, user), SIGN_IN, sociallogin.account.provider if sociallogin else "", methods=methods)


@receiver(auth.user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_given: Any) -> None:
    if user is not None:
        record(_of(request, user), SIGN_OUT)


@receiver([account.password_changed, account.password_set])
def _password_changed(request: HttpRequest, user: User, **_given: Any) -> None:
    record(_of(request, user), "password-change")


@receiver(account.password_reset)
def _password_reset(request: HttpRequest, user: User, **_given: Any) -> None:
    record(_of(request, user), "password-reset")


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_given: Any) -> None:
    record(_of(request, user), "factor-add", authenticator.type)


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_given: Any) -> None:
    record(_of(request, user), "factor-remove", authenticator.type)


@receiver(mfa.authenticator_reset)
def _factor_reset(request: HttpRequest, user: User, authenticator: Any, **_given: Any) -> None:
    record(_of(request, user), "factor-reset", authenticator.type)


@receiver(mfa.authentication_failed)
def _factor_failed(request: HttpRequest, user: User, authenticator: Any, **_given: Any) -> None:
    record(_of(request, user), "factor-use", authenticator.type, outcome=FAILED)


@receiver(social.social_account_added)
def _connected(request: HttpRequest, sociallogin: Any, **_given: Any) -> None:
    record(_of(request, sociallogin.user), "single-sign-on", sociallogin.account.provider)
