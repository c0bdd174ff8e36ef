"""Where the portal keeps its people: a file of the home, or the PostgreSQL that DATABASE_URL names."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Any

from sodu.warehouse.settings import database_of

URL = database_of(os.environ)
"""Empty for the home's own files."""


def file_of(home: Path) -> dict[str, Any]:
    """The file, as Django's settings spell it."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "portal.sqlite",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "CONN_MAX_AGE": None,
    }


def database(home: Path) -> dict[str, Any]:
    """Django's settings of the database."""
    if not URL:
        return file_of(home)
    from sodu.warehouse.postgresql import parameters

    given = parameters(URL)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: given.pop(word, "") for name, word in names.items()},
        "OPTIONS": given | {"application_name": "sodu"},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A pooler may stand between.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def cache() -> dict[str, Any]:
    """What sign-ins and codes are counted in: this process's memory, or what all processes of a portal share."""
    if not URL:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}


def own_part(bind: str) -> str:
    """Where a server keeps what is its own in a folder of the home that several may share; empty for one alone."""
    return re.sub(r"[^A-Za-z0-9.]", "-", f"{socket.gethostname()}-{bind}") if URL else ""
