"""The oracle gives the answers that were computed by hand for the worked example."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from .ledger import Answer, Ledger
from .periods import ZONE
from .question import Row
from .rows import read_folder

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "tests/data/worked-example", ROOT.parent / "shared/data/worked-example")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)


@pytest.fixture(name="ledger", scope="module")
def worked_example() -> Ledger:
    """The worked example as one batch."""
    folder = next(f for f in FOLDERS if (f / "charges.csv").exists())
    return Ledger([read_folder(folder)])


def ask(ledger: Ledger, slug: str, **conditions: object) -> Answer:
    """The answer for partner P in October, in VND unless the conditions say otherwise."""
    return ledger.answer(slug, {"partner": "P", "period": "2026-10", "currency": "VND"} | conditions, NOW)


def only(rows: list[Row], **key: object) -> Row:
    """The one row with these values."""
    found = [row for row in rows if all(row[name] == value for name, value in key.items())]
    assert len(found) == 1
    return found[0]


def holds(row: Row, expected: Mapping[str, object]) -> None:
    """Assert that a row has the expected values, whatever else it has."""
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("conditions", "account_type", "expected"),
    [
        (
            {},
            "both",
            "opening 1200 topped_up 5000 transferred_in 0 transferred_out 0 used 1900 refunded 50 "
            "closing 4350 eliminated 3200",
        ),
        (
            {"account_type": "customer"},
            "customer",
            "opening 200 transferred_in 3000 transferred_out 200 used 1800 refunded 50 closing 1250 eliminated 0",
        ),
        (
            {"account": ["P-own"]},
            "both",
            "opening 1000 topped_up 5000 transferred_in 200 transferred_out 3000 used 100 closing 3100",
        ),
        ({"account": ["C1"]}, "both", "opening 200 transferred_in 2000 used 1500 refunded 50 closing 750"),
        ({"account": ["C2"]}, "customer", "transferred_in 1000 transferred_out 200 used 300 closing 500"),
        ({"period": "2026-11"}, "both", "opening 4350 used 70 closing 4280"),
    ],
)
def test_credit_total(ledger: Ledger, conditions: dict[str, object], account_type: str, expected: str) -> None:
    """Totals of credit-total are those of the example."""
    totals = ask(ledger, "credit-total", **conditions).totals
    words = expected.split()
    holds(only(totals, account_type=account_type), dict(zip(words[::2], words[1::2], strict=True)))


def test_credit_total_of_both_says_each_type(ledger: Ledger) -> None:
    """Where both types are asked for, each has its own total and eliminations."""
    totals = ask(ledger, "credit-total").totals
    assert [t["account_type"] for t in totals] == ["both", "partner", "customer"]
    holds(only(totals, account_type="customer"), {"transferred_in": "3000", "eliminated": "0"})


def test_credit_listings(ledger: Ledger) -> None:
    """Each entry stands in one listing, and both amounts explain the change of the balance."""
    added, taken = ask(ledger, "credit-topped-up"), ask(ledger, "credit-usage")
    assert (len(added.rows), len(taken.rows)) == (4, 7)
    holds(added.totals[0], {"topped_up": "5000", "eliminated": "3200", "amount": "5000"})
    holds(
        taken.totals[0],
        {"used": "1900", "refunded": "50", "eliminated": "3200", "amount": "1850"},
    )
    holds(
        only(taken.rows, entry_id="e11"),
        {"occurred_at": "2026-10-20T08:00:00+07:00", "amount": "-50", "balance_after": "750"},
    )


def test_revenue(ledger: Ledger) -> None:
    """Revenue by service and by account, with a partner's own use apart."""
    services = ask(ledger, "revenue-by-service").rows
    holds(
        only(services, service_id="vserver"),
        {
            "list": "2076.190476190476",
            "sales": "1450",
            "cost": "1353.333333333333",
            "margin": "96.666666666667",
            "own_use": "100",
            "charges": 3,
        },
    )
    holds(
        only(services, service_id="vstorage"),
        {"list": "300", "sales": "300", "cost": "240", "margin": "60", "charges": 1},
    )
    accounts = ask(ledger, "revenue-by-account").rows
    holds(only(accounts, account_id="C1"), {"sales": "1450", "cost": "1353.333333333333"})
    holds(only(accounts, account_id="C2"), {"sales": "300", "cost": "240"})
    holds(only(accounts, account_id="P-own"), {"sales": "0", "cost": "0", "own_use": "100"})
    dust = ask(ledger, "revenue-by-service", currency="USD").rows
    holds(only(dust, service_id="vstorage"), {"sales": "0.000000145301", "margin": "0"})


def test_partner_discounts(ledger: Ledger) -> None:
    """Statuses at the end of October, a late decision, and what the discounts did."""
    rows = ask(ledger, "discount-partner").rows
    assert {row["discount_id"]: row["status"] for row in rows} == {
        "DP0": "expired",
        "DP1": "active",
        "DP2": "active",
        "DP3": "rejected",
        "DP4": "awaiting_approval",
    }
    holds(only(rows, discount_id="DP0"), {"effective_from": "2026-01-10", "effective_to": "2026-10-03"})
    active = ask(ledger, "discount-partner", status=["active"]).rows
    assert {row["discount_id"] for row in active} == {"DP1", "DP2"}
    holds(
        only(active, discount_id="DP1"),
        {
            "effective_from": "2026-10-03",
            "orders": 2,
            "list": "2076.190476190476",
            "discount_given": "622.857142857143",
            "previous_rate": "0.25",
        },
    )


def test_customer_discounts(ledger: Ledger) -> None:
    """The partner's own rate beside the customer's, and a spread that may be negative."""
    rows = ask(ledger, "discount-customer").rows
    assert len(rows) == 2
    holds(
        only(rows, discount_id="DC1"),
        {"status": "active", "effective_to": "2026-11-01", "partner_rate": "0.3", "spread": "0.05"},
    )
    holds(
        only(rows, discount_id="DC2"),
        {"status": "awaiting_activation", "partner_rate": "0.2", "spread": "-0.15"},
    )
