"""Generated ledgers keep the contract, and the oracle's answers about them agree with each other."""

from collections import defaultdict
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from .contract_rules import broken_rules
from .exact import EXACT
from .ledger import Answer, Ledger, key_of
from .question import Row
from .random_ledger import make, now_of, write_batch
from .random_questions import questions
from .rows import read_folder

SEEDS = range(1, 7)
SIZE = 80


@pytest.mark.parametrize("seed", SEEDS)
def test_ledgers_keep_the_contract(seed: int) -> None:
    """No batch breaks a rule when it is loaded after those before it."""
    assert list(broken_rules(make(seed, SIZE))) == []


def test_the_same_seed_gives_the_same_ledger() -> None:
    """A difference found can be found again."""
    assert make(3, SIZE) == make(3, SIZE)
    assert make(3, SIZE) != make(4, SIZE)


def test_files_hold_the_rows(tmp_path: Path) -> None:
    """A batch that is written and read again is the same."""
    for number, batch in enumerate(make(5, SIZE)):
        folder = tmp_path / str(number)
        write_batch(batch, folder, number)
        assert read_folder(folder) == batch


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_tell_rows_apart(seed: int) -> None:
    """Every question can be answered, and no two rows of an answer have one key."""
    batches, now = make(seed, SIZE), now_of(seed)
    ledger = Ledger(batches)
    for slug, conditions in questions(seed, 60, batches, now):
        rows = ledger.answer(slug, conditions, now).rows
        assert len({key_of(slug, row, conditions.get("by")) for row in rows}) == len(rows)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("account_type", ["both", "partner", "customer"])
def test_credit_reports_agree(seed: int, account_type: str) -> None:
    """The formula holds, and the listings explain the change of the balance."""
    ledger, conditions = Ledger(make(seed, SIZE)), {"period": "2026-Q4", "account_type": account_type}
    answers = {
        slug: _totals(ledger.answer(slug, conditions, now_of(seed)), account_type)
        for slug in ("credit-total", "credit-topped-up", "credit-usage")
    }
    with localcontext(EXACT):
        for currency, whole in answers["credit-total"].items():
            added, taken = answers["credit-topped-up"][currency], answers["credit-usage"][currency]
            change = whole["closing"] - whole["opening"]
            assert added["amount"] - taken["amount"] == change
            plus = ("topped_up", "granted", "transferred_in", "refunded", "adjusted")
            minus = ("transferred_out", "used", "expired")
            assert sum(whole[n] for n in plus) - sum(whole[n] for n in minus) == change
            assert added["transferred_in"] == whole["transferred_in"]
            assert added["adjusted"] - taken["adjusted"] == whole["adjusted"]
            assert added["eliminated"] == taken["eliminated"] == whole["eliminated"]


@pytest.mark.parametrize("seed", SEEDS)
def test_revenue_reports_agree(seed: int) -> None:
    """Detail, by service, by account and the totals give the same sums."""
    ledger = Ledger(make(seed, SIZE))
    for measure in ("list", "sales", "cost", "margin", "own_use", "tax"):
        sums = [
            _sums(ledger.answer(slug, {"period": "2026-Q4"}, now_of(seed)).rows, measure)
            for slug in ("revenue-detail", "revenue-by-service", "revenue-by-account")
        ]
        assert sums[0] == sums[1] == sums[2]
        answer = ledger.answer("revenue-detail", {"period": "2026-Q4"}, now_of(seed))
        totals = {c: t[measure] for c, t in _totals(answer, "both").items()}
        assert {c: v for c, v in sums[0].items() if v} == {c: v for c, v in totals.items() if v}


def _totals(answer: Answer, account_type: str) -> dict[str, dict[str, Decimal]]:
    return {str(t["currency"]): _numbers(t) for t in answer.totals if t["account_type"] == account_type}


def _numbers(row: Row) -> dict[str, Decimal]:
    texts = ("account_type", "currency")
    return {n: Decimal(str(v)) for n, v in row.items() if n not in texts and v is not None}


def _sums(rows: list[Row], measure: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for row in rows:
            sums[str(row["currency"])] += Decimal(str(row[measure] or 0))
    return dict(sums)
