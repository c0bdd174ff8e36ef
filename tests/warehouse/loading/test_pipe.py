"""A CSV file is read while it is kept: what is kept is whole whoever reads it, and what is read is what was kept."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sodu.warehouse.facts import CHARGES, PARTNERS
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading.csv_proof import Proof
from sodu.warehouse.loading.csv_source import open_csv
from sodu.warehouse.loading.kept import Kept, Upload
from sodu.warehouse.loading.pipe import Pipe
from sodu.warehouse.loading.sieve import Sieve, open_sieve, quoted
from sodu.warehouse.loading.source import File
from sodu.warehouse.loading.stage import rows_of
from sodu.warehouse.loading.staging import stage

CONTENT = os.urandom(5_000_001)


class Proven(Proof):
    """Of a file that is no CSV: nothing is looked at."""

    def __init__(self) -> None:
        super().__init__(b"", [])

    def read(self, chunk: bytes) -> None:
        pass


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home")


@pytest.fixture
def kept(home: Home) -> Iterator[Kept]:
    with Kept(home, Journal(home)) as kept:
        yield kept


@pytest.fixture
def sieve(home: Home) -> Iterator[Sieve]:
    with home.scratch() as scratch, open_sieve(home, scratch) as sieve:
        yield sieve


def left_early(path: Path) -> Path:
    with path.open("rb") as file:
        file.read(1)
    raise ValueError("has read enough")


def never_opened(path: Path) -> Path:
    raise ValueError(f"does not like {path}")


@pytest.mark.parametrize("read", [left_early, never_opened])
def test_a_file_is_kept_whole_though_its_reader_fails(kept: Kept, tmp_path: Path, read: Callable[[Path], Path]) -> None:
    given = tmp_path / "given"
    given.write_bytes(CONTENT)
    upload, pipe = Upload(kept, given), Pipe(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"has read enough|does not like"):
        upload.keep_while(pipe, Proven(), lambda: read(pipe.path))
    assert upload.path != given
    assert upload.path.read_bytes() == CONTENT
    assert not pipe.path.exists()


def test_a_reader_gets_every_byte(kept: Kept, tmp_path: Path) -> None:
    given, copied = tmp_path / "given", tmp_path / "copied"
    given.write_bytes(CONTENT)
    upload, pipe = Upload(kept, given), Pipe(tmp_path / "pipe")

    def read() -> Path:
        copied.write_bytes(pipe.path.read_bytes())
        return copied

    assert upload.keep_while(pipe, Proven(), read).read_bytes() == CONTENT


def test_a_reader_does_not_wait_for_a_file_that_is_gone(kept: Kept, tmp_path: Path) -> None:
    pipe = Pipe(tmp_path / "pipe")

    def read() -> Path:
        assert pipe.path.read_bytes() == b""
        return pipe.path

    with pytest.raises(FileNotFoundError):
        Upload(kept, tmp_path / "given").keep_while(pipe, Proven(), read)


def test_a_header_that_changes_before_the_file_is_kept_is_the_kept_one(
    kept: Kept, sieve: Sieve, tmp_path: Path
) -> None:
    given = tmp_path / "partners.csv"
    given.write_text("partner_id,name\np1,One\n")
    source = open_csv(File(Upload(kept, given), given.name, PARTNERS), sieve)
    given.write_text("name,partner_id\nOne,p1\n")
    staged = stage(sieve, 0, source, "")
    assert staged.source.columns == ("name", "partner_id")
    assert sieve.run(f"SELECT partner_id, name FROM read_parquet({quoted(staged.path)})") == [("p1", "One")]


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_that_several_threads_read_keep_their_order(
    kept: Kept, sieve: Sieve, tmp_path: Path, is_kept: bool, end: str
) -> None:
    count, given = 200_000, tmp_path / "charges.csv"
    lines = (
        f"k{number:06},{'C' * 128},P,s1,2026-10-05T08:00:00Z,new,100.000000000000,70.000000000000,80.000000000000,VND{end}"
        for number in range(count)
    )
    columns = (
        "charge_id,account_id,partner_id,service_id,occurred_at,charge_type,list_amount,partner_amount,customer_amount"
    )
    given.write_text(f"{columns},currency{end}" + "".join(lines), newline="")
    upload = Upload(kept, given)
    if is_kept:
        upload.keep()
    source = open_csv(File(upload, given.name, CHARGES), sieve)
    staged = stage(sieve, 0, source, "NULL::BOOLEAN")
    assert (staged.rows, staged.broken) == (count, 0)
    ordered = f"SELECT _row - 2 AS number, charge_id FROM {rows_of([staged])}"
    assert sieve.value(f"SELECT count(*) FROM ({ordered}) WHERE charge_id <> format('k{{:06}}', number)") == 0
