"""The axis of a chart: round numbers at its lines, and short words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sodu.render.language import Manner, say
from sodu.values.text import Message, mark as _

_UNITS = (
    (Decimal(10) ** 12, _("{number}T")),
    (Decimal(10) ** 9, _("{number}B")),
    (Decimal(10) ** 6, _("{number}M")),
    (Decimal(10) ** 3, _("{number}K")),
)
"""Short words for trillions, billions, millions and thousands."""
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Scale:
    """From a least to a greatest value, with lines at round numbers; zero is always within."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]

    def place(self, value: Decimal) -> float:
        """How far up a value stands, from 0 to 1."""
        span = self.high - self.low
        return float((value - self.low) / span) if span else 0.0


def scale_of(values: Iterable[Decimal], lines: int = 4) -> Scale:
    """The scale that holds some values, with about so many lines."""
    found = [Decimal(0), *values]
    low, high = min(found), max(found)
    if low == high:
        return Scale(Decimal(0), Decimal(1), (Decimal(0),))
    step = _step((high - low) / lines)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    ticks = tuple(step * index for index in range(int(first), int(last) + 1))
    # A little below zero, or above it where all is negative, needs no line of its own.
    if low < 0 < high:
        least, most = (ticks[0], ticks[-1]) if -low > step / 2 else (low, ticks[-1])
        least, most = (least, most) if high > step / 2 else (least, high)
        return Scale(least, most, tuple(tick for tick in ticks if least <= tick <= most))
    return Scale(ticks[0], ticks[-1], ticks)


def _step(rough: Decimal) -> Decimal:
    """The next round number from a rough one: 1, 2, 2.5, 5 or 10 of its own power of ten."""
    power = Decimal(10) ** rough.adjusted()
    return next(step * power for step in _STEPS if step * power >= rough)


def compact(value: Decimal, manner: Manner) -> str:
    """A number in a few characters: 1.5B, 300K."""
    for unit, template in _UNITS:
        if abs(value) >= unit:
            number = manner.number((value / unit).quantize(Decimal("0.01")).normalize() + 0)
            return say(Message(template, {"number": number}), manner.language)
    return manner.number(value.quantize(Decimal("0.01")).normalize() + 0)
