"""Moves a home's journal from its file into PostgreSQL: the same rows, the same hashes, or nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sodu.values.errors import Refused
from sodu.values.text import mark as _
from sodu.warehouse.chain_postgresql import PostgresqlChain
from sodu.warehouse.chain_sqlite import SqliteChain
from sodu.warehouse.home import Home, sync_directory
from sodu.warehouse.postgresql import Database


def move_journal(home: Home) -> int:
    """Copy the rows, read them back, and set the file aside; how many rows. What was killed half way is done again."""
    files = Home(home.path, replace(home.settings, database=""))
    with files.load_lock(), home.load_lock():
        rows = SqliteChain(home.journal_path, files.tmp, must_exist=True).read_new()
        database = Database(home.settings.database)
        target = PostgresqlChain(database, must_exist=False)
        there = target.read_new()
        if there and there != rows:
            raise Refused(_("{name} holds another journal already"), name=database.name)
        if rows and not there:
            target.append([row.content for row in rows], 0)
            there = target.read_new()
        assert there == rows
        set_aside(home.journal_path)
        return len(rows)


def set_aside(path: Path) -> None:
    """Give a file that was moved another name: nobody goes on writing to it."""
    os.replace(path, path.with_name(path.name + ".moved"))
    sync_directory(path.parent)
