"""`sodu move`: the journal's rows come over with their hashes, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sodu.values.errors import Damaged, Refused
from sodu.warehouse.check import check
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal, open_chain
from sodu.warehouse.move import move_journal
from tests.postgresql import shared
from tests.warehouse.test_journal import batch
from tests.warehouse.world import home_on, small_home


def hashes(home: Home) -> list[str]:
    return [row.hash for row in open_chain(home).read_new()]


def test_a_journal_is_moved_with_its_hashes(tmp_path: Path) -> None:
    files = small_home(tmp_path)
    before = hashes(files)
    home = Home.open(files.path, replace(files.settings, database=shared().database()))
    with pytest.raises(Damaged, match="run `sodu move`"):
        Journal(home)
    assert move_journal(home) == 6
    assert hashes(home) == before
    assert all(finding.ok for finding in check(home))
    with pytest.raises(Damaged, match=r"journal\.sqlite is missing"):
        Journal(files)


def test_a_move_that_was_killed_is_done_again_and_never_onto_another_journal(tmp_path: Path) -> None:
    files = small_home(tmp_path)
    home = Home.open(files.path, replace(files.settings, database=shared().database()))
    open_chain(Home.create(tmp_path / "other", home.settings)).append(
        [row.content for row in open_chain(files).read_new()], 0
    )
    assert move_journal(home) == 6
    other = home_on(shared().database(), tmp_path / "another")
    Journal(other).append([batch()], 0)
    (home.path / "journal.sqlite.moved").rename(home.journal_path)
    with pytest.raises(Refused, match="holds another journal"):
        move_journal(Home.open(home.path, other.settings))
    assert home.journal_path.exists()
