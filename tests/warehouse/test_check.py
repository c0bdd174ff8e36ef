"""The check finds what is wrong and names it; withdrawal leaves nothing that refers to what is gone."""

import sqlite3
from pathlib import Path

import duckdb
import pytest

from sodu.values.errors import Refused
from sodu.values.text import mark
from sodu.warehouse.check import check
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal, NewBatch
from sodu.warehouse.opening import refresh
from sodu.warehouse.rollups import ROLLUPS
from sodu.warehouse.store import keep_batch
from sodu.warehouse.withdraw import refuse_dangling, withdraw
from tests.warehouse.world import NOW, charges, contents, entries, loaded, write


@pytest.fixture
def home(small: Home) -> Home:
    return small


def wrong(home: Home) -> dict[str, str]:
    return {finding.name: str(finding.detail) for finding in check(home) if not finding.ok}


def forged(home: Home, table: str, sql: str, rows: int) -> None:
    """A batch that no load would write."""
    path = home.tmp / "forged.parquet"
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    batch = NewBatch(
        table=table,
        source="forged",
        who="x",
        recorded_at=NOW.isoformat(),
        upload_sha256=Journal(home).batches()[0].upload_sha256,
        batch_sha256=keep_batch(home, path).sha256,
        rows=rows,
    )
    Journal(home).append([batch], Journal(home).head)


def test_a_sound_home_has_nothing_wrong(home: Home) -> None:
    findings = check(home)
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) >= 15


def test_a_home_may_have_any_name(small: Home, tmp_path: Path) -> None:
    odd = Home.open(small.path.rename(tmp_path / "Ngọc's home; --"), small.settings)
    odd.warehouse_path.unlink()
    assert wrong(odd) == {}
    withdraw(odd, 6, "tester", NOW)
    assert len(contents(odd, ("charges",))["charges"]) == 600


def test_orphans_are_noted_only(home: Home) -> None:
    (home.batches / "left.parquet").touch()
    assert wrong(home) == {}
    assert any("1 files that no row names" in str(finding.detail) for finding in check(home))


def test_a_changed_upload_is_named(home: Home) -> None:
    upload = min(home.uploads.iterdir())
    upload.chmod(0o600)
    upload.write_bytes(upload.read_bytes() + b"\n")
    assert upload.name in wrong(home)["files of the record"]


def test_a_changed_warehouse_is_named(home: Home) -> None:
    refresh(home, Journal(home))
    database = duckdb.connect(str(home.warehouse_path))
    database.execute("UPDATE charges SET list_amount = list_amount + 0.000000000001 WHERE charge_id = 'k000310'")
    database.close()
    assert wrong(home) == {"the warehouse against the journal": "not what the journal says: batches 6"}


@pytest.mark.parametrize(("rollup", "seqs"), [(r.name, "6") for r in ROLLUPS["charges"]])
def test_a_changed_sum_is_named(home: Home, rollup: str, seqs: str) -> None:
    refresh(home, Journal(home))
    database = duckdb.connect(str(home.warehouse_path))
    database.execute(
        f"UPDATE {rollup} SET list_amount = list_amount + 0.000000000001 "
        f"WHERE rowid = (SELECT max(rowid) FROM {rollup} WHERE seq = {seqs})"
    )
    database.close()
    assert wrong(home) == {
        "the warehouse against the journal": f"sums that are kept are not those of the facts: batches {seqs}"
    }


def test_a_changed_journal_is_named(home: Home) -> None:
    connection = sqlite3.connect(home.journal_path)
    connection.execute("DROP TRIGGER journal_is_not_updated")
    connection.execute("UPDATE journal SET content = replace(content, '300', '301') WHERE seq = 5")
    connection.commit()
    connection.close()
    assert list(wrong(home)) == ["journal chain"]
    assert "row 5" in wrong(home)["journal chain"]


def test_a_batch_that_breaks_the_laws_is_named(home: Home) -> None:
    row = next(row for row in Journal(home).batches(table="credit_entries"))
    source = f"read_parquet('{home.batches / row.batch_sha256}.parquet')"
    forged(
        home,
        "credit_entries",
        f"SELECT * REPLACE ('new' AS entry_id, 'nobody' AS account_id) FROM {source} WHERE entry_id = 'e000001-0'",
        1,
    )
    assert set(wrong(home)) >= {
        "every account that is referred to is in the record",
        "a transfer has two legs of one currency and one instant, which sum to zero",
        "control totals of the batches",
    }


@pytest.mark.parametrize(
    ("seq", "law", "example"),
    [(1, "every partner", "P1-0 in batch 2"), (2, "every account", "in batch 4"), (3, "every service", "in batch 5")],
)
def test_what_others_refer_to_stays(home: Home, seq: int, law: str, example: str) -> None:
    with pytest.raises(Refused, match=f"^batch {seq} cannot be withdrawn: {law}.*{example}"):
        withdraw(home, seq, "tester", NOW)
    assert Journal(home).head == 6


def test_what_nobody_refers_to_goes_and_may_come_again(home: Home, tmp_path: Path) -> None:
    assert withdraw(home, 5, "tester", NOW) == 7
    assert [row.seq for row in Journal(home).batches(table="charges")] == [6]
    assert wrong(home) == {}
    assert loaded(home, charges(tmp_path / "again", 0, 300)) == [8]
    assert wrong(home) == {}
    assert len(contents(home, ("charges",))["charges"]) == 900


def test_one_leg_of_a_transfer_stays_with_the_other(home: Home, tmp_path: Path) -> None:
    path = entries(tmp_path / "out", 100, 1)
    header, first, second = path.read_text().splitlines()
    folder = tmp_path / "legs"
    folder.mkdir()
    (folder / "credit_entries-1.csv").write_text(f"{header}\n{first}\n")
    (folder / "credit_entries-2.csv").write_text(f"{header}\n{second}\n")
    assert loaded(home, folder) == [7, 8]
    with pytest.raises(Refused, match=r"a transfer has two legs.*in batch 8"):
        withdraw(home, 7, "tester", NOW)


def test_what_is_reversed_stays(home: Home, tmp_path: Path) -> None:
    topup = {
        "entry_id": "top",
        "account_id": "P1-0",
        "partner_id": "P1",
        "occurred_at": "2026-10-01T00:00:00Z",
        "kind": "topup",
        "amount": "5",
        "currency": "VND",
    }
    loaded(home, write(tmp_path / "1", "credit_entries", [topup]))
    back = topup | {"entry_id": "back", "amount": "-5", "reverses_entry_id": "top"}
    loaded(home, write(tmp_path / "2", "credit_entries", [back]))
    with pytest.raises(Refused, match=r"every reversal.*back in batch 8"):
        withdraw(home, 7, "tester", NOW)
    withdraw(home, 8, "tester", NOW)
    withdraw(home, 7, "tester", NOW)
    assert wrong(home) == {}


def test_a_replacement_is_held_to_the_same_law(home: Home) -> None:
    live = Journal(home).batches()
    with pytest.raises(Refused, match="batch 3 cannot be replaced: every service"):
        refuse_dangling(home, [row for row in live if row.seq != 3], mark("batch {seq} cannot be replaced"), 3)
    refuse_dangling(home, live, mark("batch {seq} cannot be replaced"), 3)
