"""Values as a terminal shows them: rounded by their currency, grouped, and unable to command the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len, set_cell_size

from sodu.render.language import day, instant, number, percent
from sodu.render.words import change_word, choice_word
from sodu.reports.column import Column, Kind
from sodu.values.money import exponent, round_once

FIGURES = frozenset({Kind.MONEY, Kind.QUANTITY, Kind.RATE, Kind.CHANGE_RATE, Kind.COUNT})
"""Kinds that stand right-aligned and are never cut."""

_RATE_DECIMALS = 2
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
# C0 and C1 controls, and what turns the direction of text or breaks its line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]")


@dataclass
class Cells:
    """Makes texts of values, and remembers whether a figure was rounded on the way."""

    language: str
    zone: str
    rounded: bool = field(default=False, init=False)

    def text(self, column: Column, row: dict[str, Any]) -> str:
        """The text of a column's value in a row."""
        value = row.get(column.name)
        if value is None:
            return change_word(column, row, self.language) or ""
        match column.kind:
            case Kind.MONEY:
                return self._rounded(value, exponent(row.get("currency")))
            case Kind.QUANTITY | Kind.COUNT:
                return number(Decimal(value), self.language)
            case Kind.RATE | Kind.CHANGE_RATE:
                return self._percent(value)
            case Kind.DAY | Kind.INSTANT:
                return self._time(value)
            case Kind.CHOICE:
                return safe(choice_word(column, value, self.language))
            case _:
                return safe(str(value))

    def _rounded(self, value: Decimal, decimals: int) -> str:
        self.rounded = self.rounded or round_once(value, decimals) != value
        return number(value, self.language, decimals)

    def _percent(self, value: Decimal) -> str:
        hundredfold = value.scaleb(2)
        shown = round_once(hundredfold, _RATE_DECIMALS)
        self.rounded = self.rounded or shown != hundredfold
        return percent(shown.scaleb(-2), self.language)

    def _time(self, value: date | datetime) -> str:
        if isinstance(value, datetime):
            return instant(value, self.zone, self.language)
        return day(value, self.language)


def safe(text: str) -> str:
    """A text whose control characters are shown instead of obeyed."""
    return _UNSAFE.sub(_visible, text) if not text.isascii() or not text.isprintable() else text


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _PICTURES.get(code, f"<U+{code:04X}>")


def width(text: str) -> int:
    """The terminal cells that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, room: int, *, right: bool = False) -> str:
    """A text filled up to a width; where it is longer, figures stand whole and texts are cut with `…`."""
    free = room - width(text)
    if free >= 0:
        return " " * free + text if right else text + " " * free
    return text if right else set_cell_size(text, room - 1).rstrip() + "…"
