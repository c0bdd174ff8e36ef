"""The sample provider: the same by seed, in keeping with the contract, and showing all that can happen."""

import hashlib
from datetime import UTC, date, datetime

import duckdb
import pytest

from sodu.warehouse import sample
from sodu.warehouse.facts import ACCOUNTS, CHARGES, CREDIT_ENTRIES
from sodu.warehouse.home import Home
from sodu.warehouse.loading import LoadRequest, load
from sodu.warehouse.progress import silent
from sodu.warehouse.sample.plan import Provider

TODAY = date(2026, 11, 22)
CHARGES_MADE = 2_000
LOCAL_DAY = "(occurred_at::TIMESTAMPTZ AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, CHARGES_MADE, 7, silent, TODAY)
    return folder


@pytest.fixture(scope="module")
def ask(folder):
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'").fetchall()
    for table in ("partners", "accounts", "services", "discounts", "charges", "credit_entries"):
        engine.execute(f"CREATE VIEW {table} AS FROM read_parquet('{folder}/{table}*.parquet')").fetchall()
    yield lambda sql: engine.execute(sql).fetchall()
    engine.close()


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_one_seed_and_day_make_the_same_files(folder, tmp_path):
    sample.write(tmp_path, CHARGES_MADE, 7, silent, TODAY)
    assert digests(tmp_path) == digests(folder)


def test_another_seed_makes_another_provider(folder, tmp_path):
    sample.write(tmp_path, CHARGES_MADE, 8, silent, TODAY)
    assert digests(tmp_path)["charges-2026-10.parquet"] != digests(folder)["charges-2026-10.parquet"]


def test_a_file_for_each_month_and_late_ones(folder):
    names = sorted(path.stem for path in folder.glob("charges-*"))
    assert names[0] == "charges-2023-11"
    assert names[-2:] == ["charges-2026-11", "charges-late"]
    assert len(names) == 38


@pytest.mark.parametrize(("charges", "today"), [(1, TODAY), (100, date(2026, 3, 1)), (3_001, date(2028, 2, 29))])
def test_as_many_charges_as_asked_for(tmp_path, charges, today):
    sample.write(tmp_path, charges, 1, silent, today)
    made = f"FROM read_parquet('{tmp_path}/charges-*.parquet')"
    assert duckdb.sql(f"SELECT count(*), count(DISTINCT charge_id) {made}").fetchall() == [(charges, charges)]
    assert duckdb.sql(f"SELECT count(*) {made} WHERE occurred_at >= '{today}'").fetchall() == [(0,)]


def test_what_comes_late_is_charges_and_the_credit_that_pays_them(tmp_path):
    sample.write(tmp_path, 20_000, 1, silent, TODAY)
    for table in ("charges", "credit_entries"):
        late = f"FROM '{tmp_path}/{table}-late.parquet' WHERE occurred_at < '2026-08-01'"
        assert duckdb.sql(f"SELECT count(*) > 30 {late}").fetchall() == [(True,)]


def test_a_larger_provider_has_its_partners_and_ids_of_its_own(tmp_path):
    provider = Provider(20_000, partners=200, accounts=10_400)
    for file in sample.files(tmp_path, provider, 7, silent, TODAY):
        assert file.exists()
    for table, key in (("charges", "charge_id"), ("credit_entries", "entry_id"), ("accounts", "account_id")):
        rows = f"read_parquet('{tmp_path}/{table}*.parquet')"
        ranges = "(account_id, managed_from)" if table == "accounts" else key
        assert duckdb.sql(f"SELECT count(DISTINCT {ranges}) = count(*) FROM {rows}").fetchall() == [(True,)]
    shares = f"SELECT count(*) FROM '{tmp_path}/charges-*.parquet' GROUP BY partner_id ORDER BY 1 DESC"
    ((largest, partners),) = duckdb.sql(f"SELECT max(n) / sum(n), count(*) FROM ({shares}) t(n)").fetchall()
    assert partners == 200
    assert 0.15 < largest < 0.25


def test_it_loads_without_an_error(folder, tmp_path):
    report = load(Home.create(tmp_path / "home"), LoadRequest((folder,)), "test", datetime(2026, 11, 22, tzinfo=UTC))
    assert report.error_count == 0
    assert sum(batch.rows for batch in report.batches if batch.table == "charges") == CHARGES_MADE
    assert all(batch.duplicates == 0 for batch in report.batches)


def test_every_kind_of_charge_entry_and_account_occurs(ask):
    for table, column in ((CHARGES, "charge_type"), (CREDIT_ENTRIES, "kind"), (ACCOUNTS, "status")):
        seen = {value for (value,) in ask(f"SELECT DISTINCT {column} FROM {table.name}")}
        assert seen == set(table.field(column).choices)
    assert ask("SELECT count(DISTINCT account_id) FROM accounts") == [(400,)]
    assert ask("SELECT count(DISTINCT kind) >= 4 FROM credit_entries WHERE reverses_entry_id IS NOT NULL") == [(True,)]
    assert ask("SELECT count(DISTINCT sign(amount)) FROM credit_entries WHERE kind = 'adjustment'") == [(2,)]
    assert ask("SELECT list(DISTINCT currency ORDER BY currency) FROM charges") == [(["USD", "VND"],)]


def test_every_state_of_a_discount_occurs(ask):
    decisions = ask("SELECT DISTINCT decision, cancelled_at IS NOT NULL FROM discounts WHERE owner = 'partner'")
    assert set(decisions) == {("approved", False), ("approved", True), ("rejected", False), (None, False), (None, True)}
    ahead = f"active_from > DATE '{TODAY}'"
    assert ask(f"SELECT count(DISTINCT owner) FROM discounts WHERE {ahead} AND cancelled_at IS NULL") == [(2,)]
    assert ask(f"SELECT count(DISTINCT owner) FROM discounts WHERE active_to < DATE '{TODAY}'") == [(2,)]
    superseded = "SELECT owner FROM discounts GROUP BY owner, partner_id, account_id, product_group HAVING count(*) > 1"
    assert ask(f"SELECT count(DISTINCT owner) FROM ({superseded})") == [(2,)]


def test_customers_move_and_their_facts_move_with_them(ask):
    assert ask("SELECT count(*) >= 8 FROM (FROM accounts SELECT account_id GROUP BY 1 HAVING count(*) = 2)") == [
        (True,)
    ]
    for table in ("charges", "credit_entries"):
        unmanaged = f"""SELECT count(*) FROM {table} f ANTI JOIN accounts a ON f.account_id = a.account_id
            AND f.partner_id = a.partner_id AND {LOCAL_DAY} >= a.managed_from
            AND (a.managed_to IS NULL OR {LOCAL_DAY} < a.managed_to)"""
        assert ask(unmanaged) == [(0,)]


def test_amounts_follow_from_the_captured_rates_to_the_last_digit(ask):
    share = "(1 - coalesce({}_discount_rate, 0))::DECIMAL(5,4)"
    wrong = f"""SELECT count(*) FROM charges WHERE corrects_charge_id IS NULL AND (
        partner_amount <> list_amount::DECIMAL(28,8) * {share.format("partner")}
        OR NOT contains(account_id, 'own')
            AND customer_amount <> list_amount::DECIMAL(28,8) * {share.format("customer")}
        OR contains(account_id, 'own') AND customer_amount <> partner_amount)"""
    assert ask(wrong) == [(0,)]


def test_captured_discounts_were_effective_on_the_day(ask):
    strays = f"""SELECT count(*) FROM charges c LEFT JOIN discounts d ON d.discount_id = c.partner_discount_id
        WHERE c.corrects_charge_id IS NULL AND c.partner_discount_id IS NOT NULL AND (
            d.rate IS DISTINCT FROM c.partner_discount_rate OR d.partner_id <> c.partner_id OR d.decision <> 'approved'
            OR {LOCAL_DAY} < d.active_from OR {LOCAL_DAY} >= d.active_to)"""
    assert ask(strays) == [(0,)]
    assert ask("SELECT 0 < count(partner_discount_id) AND count(partner_discount_id) < count(*) FROM charges") == [
        (True,)
    ]


def test_most_prepaid_balances_stay_above_zero(ask):
    ends = "SELECT account_id, currency, sum(amount) AS balance FROM credit_entries GROUP BY ALL"
    share = f"""SELECT avg((balance >= 0)::INTEGER) > 0.9 FROM ({ends}) WHERE account_id IN (
        SELECT account_id FROM accounts WHERE billing_mode = 'prepaid')"""
    assert ask(share) == [(True,)]


def test_transfers_have_two_legs_that_cancel_out(ask):
    assert ask("""SELECT count(*) FROM (SELECT transfer_id FROM credit_entries WHERE transfer_id IS NOT NULL
        GROUP BY transfer_id HAVING count(*) <> 2 OR sum(amount) <> 0 OR count(DISTINCT occurred_at) <> 1)""") == [(0,)]
