"""Exact numbers, and the one function that rounds."""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

Number = Decimal | Fraction | int

# A sum that does not fit is an error here, never a rounded answer.
EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
ZERO = Decimal(0)
RATE_DECIMALS = 9


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum of values; 0 of nothing."""
    return sum(values, ZERO)


def ratio(part: Number, whole: Number) -> Fraction | None:
    """part ÷ whole, exactly; None where whole is 0."""
    return None if whole == 0 else Fraction(part) / Fraction(whole)


def rounded_rate(value: Fraction) -> Decimal:
    """A rate at most nine decimals long, rounded half to even: the only place that rounds."""
    billionths = round(value * 10**RATE_DECIMALS)  # Python rounds a Fraction half to even
    return Decimal(billionths).scaleb(-RATE_DECIMALS)


def plain(value: Decimal) -> str:
    """Plain notation without superfluous zeros or a negative zero."""
    if value == 0:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_text(value: object) -> object:
    """A value as the answer shows it: numbers as plain strings, counts and texts as they are."""
    if isinstance(value, Fraction):
        return plain(rounded_rate(value))
    return plain(value) if isinstance(value, Decimal) else value


def difference(now: Number, before: Number) -> Number:
    """now − before, in the kind of number that both are."""
    if isinstance(now, Decimal) and isinstance(before, Decimal):
        return now - before
    if isinstance(now, int) and isinstance(before, int):
        return now - before
    return Fraction(now) - Fraction(before)
