"""`sodu invite`: a link that lets one person in, or gives one who is there a new password."""

from __future__ import annotations

import argparse
import os

from sodu.entrances.commands.command import DONE, Context, Words
from sodu.values.errors import Refused, WrongUsage
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home


def declare(words: Words) -> None:
    """Whom, and as what."""
    words.option("email", nargs="?", metavar="EMAIL", help=_("The person's address"))
    words.option("--role", metavar="ROLE", help=_("operator, auditor, partner_admin or partner_member"))
    words.option("--partner", metavar="ID", default="", help=_("The partner of a partner's person"))
    words.several("--account", metavar="ID", help=_("See only this account; may be given again"))
    words.flag("--forget-factors", help=_("Take away the second factors of a person who has lost them"))


def run(options: argparse.Namespace, context: Context) -> int:
    """Print a link; whoever may run this on the machine may let anybody in, and it is in the audit log."""
    if not options.email:
        raise WrongUsage(_("name the person to invite: `sodu invite an@example.com --role partner_admin --partner P1`"))
    home = Home.open(context.home)
    os.environ["SODU_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sodu.entrances.settings"

    from sodu.entrances.web import preparing

    preparing.prepare_database(home)
    print(context.say(_linked(options)))
    return DONE


def _linked(options: argparse.Namespace) -> Message:
    from django.conf import settings

    from sodu.people.accounts.models import User
    from sodu.people.audit.log import Actor, record
    from sodu.people.tenants import invitations, rights

    email = rights.email_of(options.email)
    person = User.objects.filter(email=email).first()
    if person is None and not options.role:
        raise WrongUsage(_("--role is needed for a person who is not there yet"))
    if options.forget_factors:
        if person is None:
            raise Refused(_("there is no person '{email}'"), email=email)
        _forget_factors(person)
        record(Actor(None, email=_shell()), "factor-remove", email)
    role, partner = (
        options.role or (person.role if person else ""),
        options.partner or (person.partner_id if person else ""),
    )
    secret = invitations.invite(None, invitations.Invited(email, role, partner, tuple(options.account)))
    record(Actor(None, email=_shell()), "invite", email, role=role, partner=partner)
    said = _("This link lets {email} in, once, within 7 days:\n{link}")
    return Message(said, {"email": email, "link": invitations.link(settings.CONFIGURATION.url, secret)})


def _forget_factors(person: object) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=person).delete()


def _shell() -> str:
    from sodu.entrances.commands.load import who

    return who()
