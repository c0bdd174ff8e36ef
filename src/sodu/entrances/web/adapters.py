"""What of allauth is ours to decide: nobody signs up by themselves; single sign-on lets in who was invited."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from sodu.entrances.web.actor import actor_of
from sodu.people.accounts.models import User
from sodu.people.audit.actions import SIGN_IN
from sodu.people.audit.log import FAILED, Actor, record
from sodu.people.tenants import invitations


def user_display(user: User) -> str:
    """What a person is called."""
    return str(user)


def sends_mail() -> bool:
    """Whether a mail server is configured."""
    return settings.CONFIGURATION.smtp is not None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Accounts come from invitations."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who asks: the address that RequestMiddleware found behind the trusted proxies."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Back to the settings."""
        return reverse("settings")

    def format_email_subject(self, subject: str) -> str:
        """The product's name before it, not the host's."""
        return f"Sodu: {subject}"

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """A link to choose a new password; none for who has no password because single sign-on is their way in."""
        if not invitations.signs_in_elsewhere(user):
            super().send_password_reset_mail(user, email, context)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down that somebody tried, in the history of whom they tried to be."""
        email = str(credentials.get("email", ""))
        person = User.objects.filter(email=email.lower()).first()
        by = actor_of(request, email)
        record(Actor(person, by.address, by.agent, by.request_id, email), SIGN_IN, outcome=FAILED)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Who comes by single sign-on has been invited before, and is known by a verified address."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Nobody connects a provider's account to their own by themselves: only a verified address does."""
        if sociallogin.state.get("process", "login") != "login":
            raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=403))

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Whether this provider may vouch for the address: where domains are set, for theirs alone."""
        domains = login.provider.app.settings.get("domains")
        return not domains or email.rpartition("@")[2].lower() in domains

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Whom a verified address belongs to: somebody who is there, or who has an open invitation."""
        found: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        if found is not None:
            return found
        for address in sociallogin.email_addresses:
            if address.verified and self.can_authenticate_by_email(sociallogin, address.email):
                person = invitations.accept_by_address(address.email)
                if person is not None:
                    return person, address.email
        return None


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc, unused-ignore]
    """Secrets of second factors are kept encrypted by a key that is derived from the portal's."""

    def encrypt(self, text: str) -> str:
        """What is written into the database."""
        return _fernet().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What was written."""
        return _fernet().decrypt(encrypted_text.encode("ascii")).decode()


def _fernet() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sodu second factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
