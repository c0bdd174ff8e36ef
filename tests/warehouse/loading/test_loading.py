"""What a load does: duplicates, conflicts, versions, control totals, partial loads, and leaving things as they were."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sodu.values.errors import DiskFull, LoadRefused, Refused, WrongUsage
from sodu.values.text import Text
from sodu.warehouse.home import Home
from sodu.warehouse.journal import Journal
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.store import batch_path

HEAD = "charge_id,account_id,partner_id,service_id,occurred_at,charge_type,list_amount,partner_amount,customer_amount,currency"
K1 = "k1,C2,P,s1,2026-10-05T08:00:00+07:00,new,100,70,80.5,VND"
K2 = "k2,own,P,s1,2026-10-06T08:00:00+07:00,usage,10,7,7,USD"


def charges(*lines: str, head: str = HEAD) -> dict[str, str]:
    return {"charges.csv": "\n".join((head, *lines)) + "\n"}


def latest_batch(home: Home) -> list[dict]:
    """The rows of the newest batch."""
    return pq.read_table(batch_path(home, Journal(home).batches()[-1].batch_sha256)).to_pylist()


def test_a_load_is_one_batch_a_file(world: Callable, home: Home) -> None:
    report = world(charges(K1, K2))
    (batch,) = report.batches
    assert (batch.seq, batch.table, batch.file, batch.rows, batch.duplicates) == (4, "charges", "charges.csv", 2, 0)
    assert batch.totals["customer_amount"] == {"USD": Decimal(7), "VND": Decimal("80.5")}
    row = Journal(home).batches()[-1]
    assert (row.rows, row.upload_sha256, row.who, row.totals) == (2, batch.sha256, "tester", batch.totals)
    first, second = latest_batch(home)
    assert (first["charge_id"], first["own"], second["own"]) == ("k1", False, True)
    assert first["occurred_at"] == datetime(2026, 10, 5, 1)
    assert first["customer_amount"] == Decimal("80.5")
    assert first["extra"] is None


def test_a_file_again_changes_nothing_and_says_so(world: Callable, contents: Callable) -> None:
    world(charges(K1, K2))
    before = contents()
    (batch,) = world(charges(K1, K2)).batches
    assert (batch.seq, batch.rows, batch.duplicates) == (None, 0, 2)
    assert contents() == before


def test_the_same_content_in_other_words_is_a_duplicate(world: Callable) -> None:
    world(charges(K1))
    other = "k1,C2,P,s1,2026-10-05 01:00:00.000Z,new,100.00,70,80.500,VND,"
    (batch,) = world(charges(other, other, K2 + ",", head=f"{HEAD},sku")).batches
    assert (batch.rows, batch.duplicates) == (1, 2)


def test_ids_are_the_same_however_their_letters_are_composed(world: Callable) -> None:
    world(charges(K1.replace("k1", "e\u0301")))
    (batch,) = world(charges(K1.replace("k1", "\u00e9"))).batches
    assert batch.duplicates == 1


def test_columns_of_ones_own_are_kept_and_are_content(world: Callable, home: Home, errors_of: Callable) -> None:
    world(charges(f'{K1},b"1,', head=f"{HEAD},x_b,x_a"))
    assert latest_batch(home)[0]["extra"] == '{"x_b":"b\\"1"}'
    assert errors_of(charges(K1)) == [("charges.csv", 2, "charge_id", "conflict")]


def test_a_description_may_change_and_an_old_file_does_not_bring_it_back(world: Callable, home: Home) -> None:
    old = {"partners.csv": "partner_id,name\nP,Mới\nQ,Quang Minh\n"}
    (batch,) = world(old).batches
    assert (batch.rows, batch.duplicates) == (1, 1)
    (batch,) = world({"partners.csv": "partner_id,name\nP,Mới hơn\nP,Mới nhất\nP,Mới nhất\n"}).batches
    assert (batch.rows, batch.duplicates) == (2, 1)
    (batch,) = world(old).batches
    assert (batch.rows, batch.duplicates) == (0, 2)
    (batch,) = world({"partners.csv": "partner_id,name\nP,Mới\n"}).batches
    assert batch.rows == 1


def test_a_discount_is_decided_by_a_later_version(world: Callable, errors_of: Callable) -> None:
    head = "discount_id,owner,partner_id,service_id,rate,requested_at,active_from,decided_at,decision\n"
    asked = "d,partner,P,s1,0.1,2026-09-01T00:00:00Z,2026-09-05,"
    assert world({"discounts.csv": f"{head}{asked},\n"}).batches[0].rows == 1
    decided = f"{asked}2026-09-02T00:00:00Z,approved\n"
    assert world({"discounts.csv": head + decided}).batches[0].rows == 1
    assert world({"discounts.csv": head + decided + decided}).batches[0].duplicates == 2
    dearer = decided.replace("0.1", "0.2")
    assert errors_of({"discounts.csv": head + dearer}) == [("discounts.csv", 2, "discount_id", "conflict")]


def test_an_account_moves_on_a_day_of_the_reporting_zone(world: Callable, errors_of: Callable) -> None:
    last = "k1,C1,P,s1,2026-10-14T23:59:59.999999+07:00,new,1,1,1,VND"
    assert world(charges(last, last.replace("k1,C1,P", "k2,C1,Q").replace("14T23:59:59.999999", "15T00:00:00")))
    wrong = [last.replace("k1,C1,P", "k3,C1,Q"), last.replace("k1", "k4").replace("14T23:59:59.999999", "15T00:00:00")]
    expected = [("charges.csv", row, "partner_id", "not_managed") for row in (2, 3)]
    assert errors_of(charges(*wrong)) == expected


def test_a_folder_is_loaded_in_the_order_of_references(load_texts: Callable, world_files: dict[str, str]) -> None:
    files = charges(K1) | dict(reversed(world_files.items()))
    assert [batch.table for batch in load_texts(files).batches] == ["partners", "accounts", "services", "charges"]


def test_a_transfer_may_lie_in_two_files(world: Callable, home: Home, errors_of: Callable) -> None:
    head = "entry_id,account_id,partner_id,occurred_at,kind,amount,currency,counterparty_account_id,transfer_id\n"
    out = head + "e1,own,P,2026-10-05T08:00:00Z,transfer_out,-5,VND,C1,t\n"
    into = head + "e2,C1,P,2026-10-05T15:00:00+07:00,transfer_in,5,VND,own,t\n"
    assert errors_of({"credit_entries.csv": out}) == [("credit_entries.csv", 2, "transfer_id", "transfer_incomplete")]
    report = world({"credit_entries-1.csv": out, "credit_entries-2.csv": into})
    assert [batch.seq for batch in report.batches] == [4, 5]
    (entry,) = latest_batch(home)
    assert (entry["listing"], entry["own"], entry["counterparty_own"]) == ("topped_up", False, True)
    assert entry["counterparty_partner_id"] == "P"


def test_a_reversal_stands_in_the_listing_of_what_it_reverses(world: Callable, home: Home) -> None:
    head = "entry_id,account_id,partner_id,occurred_at,kind,amount,currency,reverses_entry_id\n"
    row = "{},C2,P,2026-10-05T08:00:00Z,{},{},VND,{}\n"
    world({"credit_entries.csv": head + row.format("a", "adjustment", "-5", "")})
    world({"credit_entries.csv": head + row.format("b", "adjustment", "5", "a")})
    rows = [
        row.format("c", "adjustment", "-5", "b"),
        row.format("d", "usage", "-1", ""),
        row.format("e", "usage", "1", "d"),
    ]
    world({"credit_entries.csv": head + "".join(rows)})
    assert [entry["listing"] for entry in latest_batch(home)] == ["usage"] * 3


def test_instants_without_an_offset_need_a_zone(world: Callable, home: Home) -> None:
    world(charges(K1.replace("+07:00", ""), K2), zone="Asia/Tokyo")
    assert [row["occurred_at"].hour for row in latest_batch(home)] == [23, 1]


def test_a_partial_load_takes_the_good_rows_and_writes_the_bad_ones(
    world: Callable, home: Home, tmp_path: Path
) -> None:
    bad = [
        K1.replace("k1", "k3").replace("VND", "vnd"),
        K1.replace("k1", "k4").replace("s1", '"s,9"'),
        "k5" + K1[2:].replace("80.5", "1e3").replace("new", "old"),
    ]
    report = world(charges(K1, *bad, K2, K2), partial=True, rejected=tmp_path / "bad.csv")
    (batch,) = report.batches
    assert (batch.rows, batch.duplicates, batch.rejected, report.error_count) == (2, 1, 3, 4)
    assert report.rejected_file == tmp_path / "bad.csv"
    with report.rejected_file.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["charge_id"], row["_row"], row["_column"], row["_code"]) for row in rows] == [
        ("k3", "3", "currency", "currency"),
        ("k4", "4", "service_id", "unknown_service"),
        ("k5", "5", "charge_type; customer_amount", "choice; amount"),
    ]
    assert rows[1]["service_id"] == "s,9"
    assert [row["charge_id"] for row in latest_batch(home)] == ["k1", "k2"]


def test_a_partial_load_leaves_out_what_refers_to_what_it_leaves_out(world: Callable) -> None:
    head = "entry_id,account_id,partner_id,occurred_at,kind,amount,currency,counterparty_account_id,transfer_id,reverses_entry_id\n"
    rows = [
        "e1,own,P,2026-10-05T08:00:00Z,transfer_out,-5,VND,C2,t,",
        "e2,C2,P,2026-10-05T08:00:00Z,transfer_in,5,vnd,own,t,",
        "e3,own,P,2026-10-05T08:00:00Z,transfer_out,5,VND,C2,u,e1",
        "e4,C2,P,2026-10-05T08:00:00Z,transfer_in,-5,VND,own,u,e2",
        "e5,C2,P,2026-10-05T08:00:00Z,topup,1,VND,,,",
    ]
    report = world({"credit_entries.csv": head + "\n".join(rows) + "\n"}, partial=True)
    assert (report.batches[0].rows, report.batches[0].rejected) == (1, 4)


def test_control_totals_are_of_the_whole_file(world: Callable, contents: Callable) -> None:
    world(charges(K1))
    before = contents()
    with pytest.raises(LoadRefused) as refused:
        world(charges(K1, K2), expect={"rows": 2, "customer_amount[VND]": Decimal("80.51")})
    (error,) = refused.value.errors
    assert (error.column, error.code, error.value) == ("customer_amount", "control_total", "80.5")
    assert contents() == before
    expect = {"charges.rows": 2, "customer_amount[VND]": Decimal("80.5"), "charges.list_amount[USD]": 10}
    assert world(charges(K1, K2), expect=expect).batches[0].rows == 1
    with pytest.raises(WrongUsage, match=r"amounts\[VND\]"):
        world(charges(K1), expect={"amounts[VND]": 1})


def test_a_batch_is_replaced_by_one_of_its_own_table(world: Callable, home: Home, contents: Callable) -> None:
    world(charges(K1, K2))
    before = contents()
    with pytest.raises(Refused):
        world({"partners.csv": "partner_id,name\nR,R\n"}, replaces=4)
    assert contents() == before
    (batch,) = world(charges(K1.replace("80.5", "81")), replaces=4).batches
    assert (batch.seq, batch.rows, batch.duplicates) == (5, 1, 0)
    assert [row.seq for row in Journal(home).batches(table="charges")] == [5]


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_an_interruption_leaves_everything_as_it_was(
    stop_at: int, world: Callable, home: Home, tmp_path: Path, contents: Callable
) -> None:
    path = tmp_path / "charges.csv"
    path.write_text(charges(K1, K2)["charges.csv"])
    before = contents()
    calls = 0

    def interrupt(doing: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == stop_at:
            raise KeyboardInterrupt

    try:
        load(home, LoadRequest((path,)), "tester", datetime.now(UTC), interrupt)
    except KeyboardInterrupt:
        assert contents() == before
    else:
        assert len(Journal(home).rows()) == 4


def test_a_file_of_no_rows_loads_nothing(world: Callable, contents: Callable) -> None:
    before = contents()
    (batch,) = world(charges()).batches
    assert (batch.seq, batch.rows) == (None, 0)
    assert contents() == before


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + "\r\n" + K1 + "\r\n",
        HEAD + "\n" + K1,
        f'"{HEAD.replace(",", chr(34) + "," + chr(34))}"\n{K1}\n',
    ],
)
def test_what_rfc_4180_allows_is_read(text: str, world: Callable) -> None:
    assert world({"charges-2026.csv": text}).batches[0].rows == 1


def test_quotes_commas_and_lines_stay_in_their_values(world: Callable, home: Home) -> None:
    said = 'a, "b"\n c,, '
    quoted = said.replace('"', '""')
    world(charges(f'{K1},"{quoted}"', f'"k2"{K1[2:]},', head=f"{HEAD},description"))
    assert [row["description"] for row in latest_batch(home)] == [said, None]


def test_errors_are_counted_beyond_those_that_are_shown(world: Callable) -> None:
    lines = [K1.replace("k1", f"k{number}").replace("VND", "vnd").replace("100", "1e2") for number in range(1500)]
    with pytest.raises(LoadRefused) as refused:
        world(charges(*lines))
    assert (len(refused.value.errors), refused.value.error_count) == (1000, 3000)
    assert [error.row for error in refused.value.errors[:3]] == [2, 2, 3]


def test_rejects_that_cannot_be_written_refuse_the_load(world: Callable, contents: Callable, tmp_path: Path) -> None:
    world(charges(K1))
    before = contents()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        world(
            charges(K2, K1.replace("k1", "k3").replace("100", "1x")),
            partial=True,
            rejected=tmp_path / "file" / "rejected.csv",
        )
    assert contents() == before


def test_a_full_disk_is_not_blamed_on_the_file(
    world: Callable, contents: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(charges(K1))
    before = contents()

    def full(_sieve: Sieve, _select: str, _doing: Text, _path: Path) -> Path:
        duckdb.connect().execute("COPY (SELECT 1) TO '/dev/full' (FORMAT csv)")
        return Path()

    monkeypatch.setattr(Sieve, "copy", full)
    with pytest.raises(DiskFull):
        world(charges(K2))
    assert contents() == before
