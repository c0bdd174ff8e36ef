"""Moves the portal's people and all that they keep from one database to another: every row, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models, transaction

from sodu.values.errors import Refused
from sodu.values.text import mark as _

_ROWS_AT_ONCE = 1_000
_MADE_ANEW = {"contenttypes", "auth", "servers"}
"""What each database has of its own: tables of Django's that nothing here refers to, and the processes that serve."""


def move_people(source: str, target: str) -> int:
    """Copy every row with its key, and compare them all; how many. The aliases name databases of one version."""
    with transaction.atomic(using=target):
        if not any(model._base_manager.using(target).exists() for model in _models()):
            for model in _models():
                _copy(model, source, target)
            with connections[target].cursor() as cursor:
                for statement in connections[target].ops.sequence_reset_sql(no_style(), list(_models())):
                    cursor.execute(statement)
        return sum(_same(model, source, target) for model in _models())


def _models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in _MADE_ANEW:
            yield model


def _copy(model: type[models.Model], source: str, target: str) -> None:
    rows = model._base_manager.using(source).order_by("pk").iterator(chunk_size=_ROWS_AT_ONCE)
    fields = model._meta.local_concrete_fields
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        # As they are: times that are set when a row is made were set when it was.
        model._base_manager.using(target)._insert(some, fields=fields, using=target, raw=True)  # type: ignore[attr-defined]


def _same(model: type[models.Model], source: str, target: str) -> int:
    """How many rows there are, the same in both; raises Refused where they differ."""
    there, here = (
        model._base_manager.using(alias).order_by("pk").values_list().iterator(chunk_size=_ROWS_AT_ONCE)
        for alias in (source, target)
    )
    count = 0
    for one, other in zip_longest(there, here):
        if one != other:
            raise Refused(_("the database holds another portal already: {table} differs"), table=model._meta.db_table)
        count += 1
    return count
