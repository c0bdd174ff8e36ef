"""Whose facts a person may see: `scope_for` is the one door."""

from __future__ import annotations

from django.db import connection

from sodu.people.accounts.models import User
from sodu.reports.scope import Scope
from sodu.values.errors import WrongUsage
from sodu.values.text import mark as _

_LIMITS = "SELECT account_id FROM tenants_accountlimit WHERE user_id = %s"


def scope_for(user: User, partner: str | None = None) -> Scope:
    """What a person may see now: rights changed a moment ago count.

    `partner` narrows the provider's people to one partner's view; a partner's people have only their own, and
    naming another is refused as one that is not there.
    """
    if not user.is_active:
        return Scope((), ())
    if user.is_provider:
        return Scope.operator() if not partner else Scope.partner(partner)
    if partner and partner != user.partner_id:
        raise WrongUsage(_("partner: there is no '{id}'"), id=partner)
    # Every page asks: putting the same question together takes longest.
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, (user.pk,))
        limits = tuple(sorted(account_id for (account_id,) in cursor.fetchall()))
    return Scope((user.partner_id,), limits or None)
