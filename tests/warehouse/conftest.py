"""One sound home for all tests here; each that changes it has a copy."""

import shutil
from pathlib import Path

import pytest

from sodu.warehouse.home import Home
from tests.warehouse.world import contents, small_home


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose warehouse is at the journal's head."""
    home = small_home(tmp_path_factory.mktemp("sound"))
    contents(home)
    return home


@pytest.fixture
def small(sound: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    shutil.copytree(sound.path, tmp_path / "home")
    return Home.open(tmp_path / "home", sound.settings)
