"""Exact decimals: one context that traps inexactness, one rounding rule, one display rule."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

AMOUNT_SCALE = 12
QUANTITY_SCALE = 15
RATE_SCALE = 9

EXACT = Context(prec=80, traps=[Inexact, InvalidOperation, Overflow, DivisionByZero])
"""Adds and subtracts exactly, or raises: sums of 10^12 amounts of 26 digits need 38."""

_ROUNDING = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])

_RATE_UNIT = Decimal(1).scaleb(-RATE_SCALE)
_RATE_ZERO = Decimal(0).scaleb(-RATE_SCALE)

# ISO 4217 exponents other than 2, and CREDIT, the provider's own unit, shown as whole credits and hundredths.
_EXPONENTS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | {"CLF": 4, "UYW": 4}
)


def add(*amounts: Decimal) -> Decimal:
    """The exact sum."""
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def subtract(whole: Decimal, part: Decimal) -> Decimal:
    """The exact difference."""
    return EXACT.subtract(whole, part)


def ratio(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """part ÷ whole at 9 decimals, rounded half-even once; None where whole is 0 or missing.

    Of two values of at most 50 digits the quotient is a tie, or 10^-75 away from one: 200 digits tell which.
    """
    if not whole:
        return None
    return _ROUNDING.quantize(_ROUNDING.divide(part, whole), _RATE_UNIT) or _RATE_ZERO


def quotient(part: Decimal | int, whole: Decimal | int) -> tuple[int, int]:
    """part ÷ whole as a fraction of two whole numbers, exact and not reduced; `whole` is not 0."""
    above, below = part.as_integer_ratio(), whole.as_integer_ratio()
    return above[0] * below[1], above[1] * below[0]


def rate(numerator: int, denominator: int) -> Decimal:
    """A fraction at 9 decimals, rounded half-even once."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator * 10**RATE_SCALE, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and whole % 2):
        whole += 1
    return _ROUNDING.scaleb(Decimal(whole), -RATE_SCALE)


def round_once(value: Decimal, decimals: int) -> Decimal:
    """Round half-even to a number of decimals: the only rounding there is."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=_ROUNDING)


def plain(value: Decimal) -> str:
    """Plain notation, without zeros beyond what the value needs, and never `-0`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def exponent(currency: str | None) -> int:
    """Decimals that amounts of a currency are shown with (ISO 4217's minor unit)."""
    return _EXPONENTS.get(currency or "", 2)
