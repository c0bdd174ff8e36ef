"""Saved views: a person's own, and those that colleagues share; nobody sees those of another partner."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q, QuerySet

from sodu.people.accounts.models import User
from sodu.people.saved.models import View
from sodu.people.saved.questions import without_page
from sodu.values.errors import Refused, WrongUsage
from sodu.values.limits import ID_CHARACTERS_MAX, VIEWS_KEPT_MAX
from sodu.values.text import mark as _


def visible_to(user: User) -> QuerySet[View]:
    """A person's own views, and those shared within their partner (or among the provider's people)."""
    shared = Q(is_shared=True, partner_id=user.partner_id, owner__partner_id=F("partner_id"))
    return View.objects.filter(Q(owner=user) | shared).select_related("owner").order_by("name", "pk")


def own(user: User, view_id: str) -> View | None:
    """A person's own view by its number as text; None where there is none."""
    is_number = view_id.isascii() and view_id.isdigit() and len(view_id) < 19
    return user.views.filter(pk=int(view_id)).first() if is_number else None


def save(user: User, name: str, kept: tuple[str, str], *, is_shared: bool) -> tuple[View, bool]:
    """Keep a question (a report's slug and its query text) under a name; whether the view is new.

    A name that the person used before is given its question anew.
    """
    slug, query = kept
    words = {"slug": slug, "query": without_page(query), "is_shared": is_shared, "partner_id": user.partner_id}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if user.views.count() >= VIEWS_KEPT_MAX and not user.views.filter(name=_name(name)).exists():
            raise Refused(_("views: {limit} are kept already; delete one first"), limit=VIEWS_KEPT_MAX)
        return View.objects.update_or_create(owner=user, name=_name(name), defaults=words)


def change(view: View, name: str, *, is_shared: bool) -> None:
    """Give a view another name, and share it or not."""
    name = _name(name)
    with transaction.atomic():
        if View.objects.filter(owner=view.owner, name=name).exclude(pk=view.pk).exists():
            raise Refused(_("name: you have another view called '{name}'"), name=name)
        view.name, view.is_shared, view.partner_id = name, is_shared, view.owner.partner_id
        view.save()


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > ID_CHARACTERS_MAX or not name.isprintable():
        raise WrongUsage(_("name: a name of 1 to {limit} characters is needed"), limit=ID_CHARACTERS_MAX)
    return name
