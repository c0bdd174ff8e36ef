"""What stands in a portal before its pages are opened, as JSON: run as a program, with the portal's settings."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from sodu.people.accounts.models import User

SENTENCE = "a long enough password"


def session(role: str, partner: str = "", settings: str = "{}") -> str:
    """The session of a person of this role, who has just entered the password."""
    from allauth.account.internal.flows import login
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from sodu.people.accounts.models import User

    person = _person(role, partner)
    User.objects.filter(pk=person.pk).update(**json.loads(settings))
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    entered = {"method": "password", "at": time.time(), "email": person.email, "reauthenticated": True}
    store[login.AUTHENTICATION_METHODS_SESSION_KEY] = [entered]
    store[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    store.create()
    return str(store.session_key)


def staged() -> dict[str, str]:
    """What people of the first partner keep, so that no page is empty; the ids that stand in addresses."""
    from sodu.people.accounts import tokens
    from sodu.people.tenants import invitations

    admin, member = _person("partner_admin", "partner-01"), _person("partner_member", "partner-01")
    _factors(admin)
    tokens.issue(admin, "Nightly figures", may_export=True)
    view, schedule = _kept(admin, member)
    secret = invitations.invite(
        admin, invitations.Invited("nguyen.thi.minh.khai@example.com", "partner_member", "partner-01")
    )
    return {"person": str(member.pk), "view": str(view), "schedule": str(schedule), "secret": secret}


def _person(role: str, partner: str) -> User:
    from sodu.people.accounts.models import User

    email = f"{role}.{partner or 'provider'}@example.com"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, SENTENCE, role=role, partner_id=partner, name="Lan Anh")


def _factors(person: User) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    passkey = {"name": "Laptop", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=passkey)


def _kept(admin: User, member: User) -> tuple[int, int]:
    from sodu.people.saved import exporting, keeping
    from sodu.people.saved.models import Delivery, Schedule

    question = ("revenue-by-account", "period=last-month&currency=VND")
    view, _ = keeping.save(admin, "Revenue of the month", question, is_shared=True)
    keeping.save(member, "Credit of last week", ("credit-total", "period=last-week"), is_shared=True)
    schedule = Schedule.objects.create(
        view=view, owner=admin, frequency="monthly", attaches="xlsx", starts_on=date(2026, 11, 1)
    )
    schedule.recipients.set([admin, member])
    for person, outcome in ((admin, "sent"), (member, "failed")):
        detail = "" if outcome == "sent" else "The mail server did not take the mail"
        Delivery.objects.create(
            schedule=schedule,
            recipient=person,
            period="2026-10",
            outcome=outcome,
            detail=detail,
            message_id=f"<{outcome}@example.com>",
            tries=1,
            due_at=view.created_at,
        )
    for format_ in ("xlsx", "parquet"):
        exporting.start(admin, "revenue-detail", "period=2026-10", format_)
    return view.pk, schedule.pk


if __name__ == "__main__":
    django.setup()
    made = {"session": session, "staged": staged}[sys.argv[1]](*sys.argv[2:])  # type: ignore[operator]
    print(json.dumps(made))
