"""The laws of the books, on random ledgers: cuts agree, periods add up, pages make the whole, time can be turned back."""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.in_process import InProcess, in_process
from tests.oracle.random_ledger import make, now_of, write_batch

EXAMPLES = int(os.environ.get("SODU_EXAMPLES", "6"))
LEDGER_ROWS = 60
REVENUE = ("list", "customer_discount", "sales", "cost", "margin", "own_use", "tax", "charges")
CREDIT = (
    "topped_up", "granted", "transferred_in", "transferred_out", "used", "refunded", "expired", "adjusted",
)  # fmt: skip

ledgers = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
seeds = st.integers(min_value=1, max_value=1_000_000)


@contextmanager
def loaded(seed: int, *, shuffled: bool = False) -> Iterator[tuple[InProcess, list[int]]]:
    """A home with a random ledger, and the journal's head after each of its batches."""
    with tempfile.TemporaryDirectory() as folder, in_process(Path(folder, "home"), now_of(seed)) as product:
        heads = []
        for number, batch in enumerate(make(seed, LEDGER_ROWS), 1):
            rows = {table: list(lines) for table, lines in batch.items()}
            if shuffled:
                for lines in rows.values():
                    random.Random(seed).shuffle(lines)
            write_batch(rows, Path(folder, str(number)), seed * (7 if shuffled else 1) + number)
            heads.append(product.load(Path(folder, str(number))))
        yield product, heads


def sums(rows: list[Mapping[str, Any]], names: tuple[str, ...]) -> Counter[tuple[str, str]]:
    """Sums by currency and column; what is 0 is left out."""
    total: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        for name in names:
            key = row["currency"], name
            total[key] = total.get(key, Decimal(0)) + Decimal(str(row.get(name) or 0))
    return Counter({key: value for key, value in total.items() if value})  # type: ignore[misc]


def of_type(answer: Mapping[str, Any], account_type: str) -> list[Mapping[str, Any]]:
    return [total for total in answer["totals"] if total["account_type"] == account_type]


@ledgers
@given(seeds)
def test_by_service_is_by_account_is_detail(seed: int) -> None:
    with loaded(seed) as (product, _heads):
        year = {"period": str(now_of(seed).year)}
        detail = product.report("revenue-detail", year)
        by_service = product.report("revenue-by-service", year)
        by_account = product.report("revenue-by-account", year)
        in_detail = [row | {"charges": 1, "customer_discount": _discount(row)} for row in detail["rows"]]
        assert sums(in_detail, REVENUE) == sums(by_service["rows"], REVENUE) == sums(by_account["rows"], REVENUE)
        for answer in (detail, by_service, by_account):
            assert sums(of_type(answer, "both"), REVENUE) == sums(in_detail, REVENUE)
            assert all(check["ok"] for check in answer["checks"])


def _discount(row: Mapping[str, Any]) -> Decimal:
    sold = row["account_type"] == "customer"
    return Decimal(row["list"]) - Decimal(row["sales"]) if sold else Decimal(0)


@ledgers
@given(seeds)
def test_both_is_partner_and_customer_with_what_is_internal_eliminated(seed: int) -> None:
    with loaded(seed) as (product, _heads):
        answer = product.report("credit-total", {"period": str(now_of(seed).year)})
        assert all(check["ok"] for check in answer["checks"])
        own, sold = sums(of_type(answer, "partner"), CREDIT), sums(of_type(answer, "customer"), CREDIT)
        for total in of_type(answer, "both"):
            between = [part for part in answer["totals"] if part["currency"] == total["currency"]][1:]
            left_out = Decimal(total["eliminated"]) - sum(Decimal(part["eliminated"]) for part in between)
            for name in CREDIT:
                added = own[total["currency"], name] + sold[total["currency"], name]
                eliminated = left_out if name.startswith("transferred") else Decimal(0)
                assert Decimal(total[name]) == added - eliminated, name


@ledgers
@given(seeds, st.integers(0, 11))
def test_a_period_is_the_sum_of_its_days_and_closing_is_the_next_opening(seed: int, month: int) -> None:
    with loaded(seed) as (product, _heads):
        first = (now_of(seed).date().replace(day=1) - timedelta(days=31 * month)).replace(day=1)
        text = f"{first:%Y-%m}"
        for slug, names in (("revenue-by-service", REVENUE), ("credit-total", CREDIT)):
            whole = product.report(slug, {"period": text})
            days = product.report(slug, {"period": text, "by": "day"})
            assert sums(whole["rows"], names) == sums(days["rows"], names)
            assert whole["totals"] == days["totals"]
        following = (first + timedelta(days=32)).replace(day=1)
        after = product.report("credit-total", {"period": f"{following:%Y-%m}"})
        closing = {(t["account_type"], t["currency"]): t["closing"] for t in whole["totals"]}
        opening = {(t["account_type"], t["currency"]): t["opening"] for t in after["totals"]}
        assert closing == {key: opening[key] for key in closing}
        _days_follow(days["rows"])


def _days_follow(rows: list[Mapping[str, Any]]) -> None:
    last: dict[tuple[str, str], tuple[date, str]] = {}
    for row in rows:
        key, day = (row["account_id"], row["currency"]), date.fromisoformat(row["day"])
        if key in last and last[key][0] + timedelta(days=1) == day:
            assert last[key][1] == row["opening"]
        last[key] = day, row["closing"]


@ledgers
@given(seeds, st.integers(1, 9))
def test_pages_one_after_the_other_are_the_export(seed: int, limit: int) -> None:
    with loaded(seed) as (product, _heads):
        year = str(now_of(seed).year)
        for slug, sort in (
            ("credit-usage", "-amount"),
            ("credit-topped-up", ""),
            ("revenue-detail", "service_name"),
            ("revenue-by-account", "-sales"),
            ("credit-total", ""),
            ("discount-customer", ""),
        ):
            question: dict[str, Any] = {"period": year} | ({"sort": sort} if sort else {})
            export = product.report(slug, question)
            rows, after = [], None
            while True:
                page = product.report(slug, question | {"limit": limit} | ({"after": after} if after else {}))
                rows += page["rows"]
                assert page["totals"] == export["totals"]
                assert page["row_count"] == export["row_count"]
                after = page["next"]
                if after is None:
                    break
                assert len(page["rows"]) == limit
            assert rows == export["rows"]


@ledgers
@given(seeds)
def test_the_order_of_rows_in_a_load_does_not_matter(seed: int) -> None:
    with loaded(seed) as (product, _heads), loaded(seed, shuffled=True) as (again, _same):
        for slug in ("credit-total", "credit-usage", "revenue-detail", "revenue-by-service", "discount-partner"):
            question = {"period": str(now_of(seed).year)}
            assert product.report(slug, question)["sha256"] == again.report(slug, question)["sha256"]


@ledgers
@given(seeds, st.data())
def test_as_known_at_n_is_the_first_n_batches_alone(seed: int, data: st.DataObject) -> None:
    with loaded(seed) as (product, heads):
        number = data.draw(st.integers(1, len(heads)))
        with tempfile.TemporaryDirectory() as folder, in_process(Path(folder, "home"), now_of(seed)) as first:
            for index, batch in enumerate(make(seed, LEDGER_ROWS)[:number], 1):
                write_batch(batch, Path(folder, str(index)), seed + index)
                first.load(Path(folder, str(index)))
            for slug in (
                "credit-total",
                "credit-topped-up",
                "revenue-detail",
                "revenue-by-account",
                "discount-customer",
            ):
                question = {"period": str(now_of(seed).year)}
                then = product.report(slug, question, heads[number - 1])
                alone = first.report(slug, question)
                assert then["sha256"] == alone["sha256"]
                assert (then["totals"], then["data_through"]) == (alone["totals"], alone["data_through"])
