"""A home with a small world in it, and a way to load texts into it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sodu.values.errors import LoadRefused
from sodu.warehouse.home import Home
from sodu.warehouse.loading import LoadReport, LoadRequest, load
from sodu.warehouse.settings import Settings

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

WORLD = {
    "partners.csv": "partner_id,name\nP,Phương Nam\nQ,Quang Minh\n",
    "accounts.csv": (
        "account_id,account_type,partner_id,name,billing_mode,status,managed_from,managed_to\n"
        "own,partner,P,Own,prepaid,active,2025-01-01,\n"
        "C1,customer,P,One,prepaid,active,2025-01-01,2026-10-15\n"
        "C1,customer,Q,One,prepaid,active,2026-10-15,\n"
        "C2,customer,P,Two,postpaid,active,2025-01-01,\n"
    ),
    "services.csv": "service_id,name,product_group\ns1,Server,Compute\ns2,Storage,Storage\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Settings())


@pytest.fixture(scope="session")
def world_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small world in it, to be copied."""
    folder = tmp_path_factory.mktemp("world")
    for name, text in WORLD.items():
        (folder / name).write_text(text)
    home = Home.create(folder / "home", Settings())
    load(home, LoadRequest(tuple(folder / name for name in WORLD)), "tester", NOW)
    return home.path


@pytest.fixture
def world_files() -> dict[str, str]:
    return WORLD


@pytest.fixture
def load_texts(home: Home, tmp_path: Path) -> Callable[..., LoadReport]:
    """Write files and load them; `zone`, `partial` and so on go into the request."""
    count = 0

    def load_them(files: dict[str, str | bytes], **words: object) -> LoadReport:
        nonlocal count
        count += 1
        folder = tmp_path / f"files{count}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        request = LoadRequest(tuple(folder / name for name in files), **words)
        return load(home, request, "tester", NOW)

    return load_them


@pytest.fixture
def world(load_texts: Callable[..., LoadReport], world_home: Path, home: Home) -> Callable[..., LoadReport]:
    """The small world, loaded; the way to load more."""
    shutil.copytree(world_home, home.path, dirs_exist_ok=True)
    return load_texts


@pytest.fixture
def errors_of(load_texts: Callable[..., LoadReport]) -> Callable[..., list[tuple]]:
    """What a load is refused for: (file, row, column, code) of each error."""

    def errors_of_them(files: dict[str, str | bytes], **words: object) -> list[tuple]:
        with pytest.raises(LoadRefused) as refused:
            load_texts(files, **words)
        return [(error.file, error.row, error.column, error.code) for error in refused.value.errors]

    return errors_of_them


@pytest.fixture
def contents(home: Home) -> Callable[[], dict[str, bytes]]:
    """Everything in the record, byte for byte."""

    def read() -> dict[str, bytes]:
        files = [*home.uploads.iterdir(), *home.batches.iterdir(), home.journal_path]
        assert list(home.tmp.iterdir()) == []
        return {str(path): path.read_bytes() for path in files if path.exists()}

    return read
