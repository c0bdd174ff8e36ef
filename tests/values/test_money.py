"""Money: exact or an error, one rounding rule, plain notation."""

from __future__ import annotations

from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from sodu.values.money import EXACT, add, exponent, plain, ratio, round_once, subtract

amounts = st.decimals(min_value=-(10**14), max_value=10**14, places=12, allow_nan=False)


@given(st.lists(amounts, max_size=30))
def test_sums_are_exact(values: list[Decimal]) -> None:
    assert Fraction(add(*values)) == sum(Fraction(value) for value in values)


def test_what_cannot_be_exact_is_an_error() -> None:
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))


def test_the_difference_of_the_greatest_and_the_least_dust_keeps_every_digit() -> None:
    assert plain(subtract(Decimal("99999999999999.999999999999"), Decimal("0.000000000001"))) == (
        "99999999999999.999999999998"
    )


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        ("1", "3", "0.333333333"),
        ("2", "3", "0.666666667"),
        ("1", "2000000000", "0"),  # 5 at the tenth decimal: to even
        ("3", "2000000000", "0.000000002"),
        ("-1", "3", "-0.333333333"),
        ("1", "0", None),
    ],
)
def test_rates_are_rounded_half_even_once(part: str, whole: str, expected: str | None) -> None:
    made = ratio(Decimal(part), Decimal(whole))
    assert (None if made is None else plain(made)) == expected


AMOUNTS = st.decimals(min_value=-(10**26), max_value=10**26, places=12)


@given(part=AMOUNTS, whole=AMOUNTS | st.integers(-200, 200), shift=st.integers(0, 12))
def test_a_rate_is_the_nearest_of_the_exact_fraction(part: Decimal, whole: Decimal | int, shift: int) -> None:
    part = part.scaleb(-shift)
    made = ratio(part, whole)
    if not whole:
        assert made is None
        return
    exact = Fraction(part) / Fraction(whole)
    assert made is not None
    assert Fraction(made) == Fraction(round(exact * 10**9), 10**9)
    assert made.as_tuple().exponent == -9
    assert not (made.is_zero() and made.is_signed())


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.500", "1.5"), ("-0.000", "0"), ("100", "100"), ("1E+3", "1000"), ("1E-12", "0.000000000001"), ("0", "0")],
)
def test_plain_notation(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_display_is_by_the_currency_s_exponent() -> None:
    assert [exponent(code) for code in ("VND", "USD", "KWD", "CREDIT", "JPY")] == [0, 2, 3, 2, 0]
    assert round_once(Decimal("0.125"), 2) == Decimal("0.12")
    assert round_once(Decimal("0.135"), 2) == Decimal("0.14")
