"""Counts that all processes of a portal share: by name and minute."""

from __future__ import annotations

from django.db import connection

from sodu.people.servers.models import Count

_ADD = (
    "INSERT INTO servers_count (name, minute, count) VALUES (%s, %s, 1)"
    " ON CONFLICT (name, minute) DO UPDATE SET count = servers_count.count + 1 RETURNING count"
)


def add(name: str, minute: int) -> int:
    """Count one; how many there are now."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, (name, minute))
        return int(cursor.fetchone()[0])


def counted(name: str, minute: int) -> int:
    """How many there are."""
    return Count.objects.filter(name=name, minute=minute).values_list("count", flat=True).first() or 0


def forget_before(minute: int) -> None:
    """Drop what is over."""
    Count.objects.filter(minute__lt=minute).delete()


def forget_all() -> None:
    """Drop everything."""
    Count.objects.all().delete()
