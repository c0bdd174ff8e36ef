"""A flipped or cut byte anywhere: refused and named, or answered unchanged; never another answer."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodu.values.errors import Damaged, SoduError
from sodu.warehouse.check import check
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.rebuild import rebuild
from tests.warehouse.world import contents, size

PLACES = size("SODU_FLIPS", 12)
Answer = dict[str, list[dict[str, Any]]]


@pytest.fixture
def home(small: Home) -> Home:
    return small


@pytest.fixture(scope="module")
def answer(sound: Home) -> Answer:
    return contents(sound)


def flip(path: Path, place: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[place.randrange(len(data))] ^= 1 << place.randrange(8)
    path.chmod(0o600)
    path.write_bytes(data)


def cut(path: Path, place: random.Random) -> None:
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[: place.randrange(len(data))])


def refused_or_unchanged(ask: Callable[[], Answer], answer: Answer, *names: str) -> None:
    try:
        found = ask()
    except Damaged as error:
        assert any(name in str(error) for name in names), error  # noqa: PT017
    else:
        assert found == answer


damages = pytest.mark.parametrize("damage", [flip, cut])
seeds = pytest.mark.parametrize("seed", range(PLACES))
Damage = Callable[[Path, random.Random], None]


@damages
@seeds
def test_of_the_warehouse(home: Home, answer: Answer, damage: Damage, seed: int) -> None:
    damage(home.warehouse_path, random.Random(seed))
    refused_or_unchanged(lambda: contents(home), answer, "warehouse.duckdb", "the warehouse")
    rebuild(home, Journal(home))
    assert contents(home) == answer


@damages
@seeds
def test_of_the_journal(home: Home, answer: Answer, damage: Damage, seed: int) -> None:
    damage(home.journal_path, random.Random(seed))
    if seed % 2:
        home.warehouse_path.unlink()
    refused_or_unchanged(lambda: contents(home), answer, "journal")


@damages
@seeds
def test_of_a_batch(home: Home, answer: Answer, damage: Damage, seed: int) -> None:
    place = random.Random(seed)
    batch = place.choice(sorted(home.batches.iterdir()))
    damage(batch, place)
    assert contents(home) == answer
    assert any(batch.name in str(finding.detail) for finding in check(home) if not finding.ok)
    with pytest.raises(Damaged, match=batch.name):
        rebuild(home, Journal(home))
    assert contents(home) == answer


@damages
@seeds
def test_of_an_upload(home: Home, answer: Answer, damage: Damage, seed: int) -> None:
    place = random.Random(seed)
    upload = place.choice(sorted(home.uploads.iterdir()))
    damage(upload, place)
    assert contents(home) == answer
    assert any(upload.name in str(finding.detail) for finding in check(home) if not finding.ok)


def test_a_log_from_elsewhere_is_no_part_of_the_warehouse(home: Home, answer: Answer) -> None:
    home.warehouse_path.with_name("warehouse.duckdb.wal").write_bytes(b"not a log")
    try:
        assert contents(home) == answer
    except SoduError as error:
        assert "warehouse.duckdb" in str(error)  # noqa: PT017
    rebuild(home, Journal(home))
    assert contents(home) == answer
