"""Texts, numbers and times in the reader's language: the one edge where English becomes another language."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sodu.values.text import Message

LANGUAGES = ("en", "vi")
_LOCALE = Path(__file__).parent.parent / "locale"
_STYLES = {"point": (",", "."), "comma": (".", ","), "space": ("\u202f", ",")}
"""What stands between groups of three digits and before decimals, by the name of a reader's choice."""
_STYLE_OF = {"en": "point", "vi": "comma"}
_DAYS = {"en": "{0}-{1}-{2}", "vi": "{2}/{1}/{0}"}
"""Where year, month and day stand."""


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("sodu", _LOCALE, [language], fallback=True)


def translate(text: str, language: str) -> str:
    """A marked text in a language; itself where the catalogue does not have it."""
    return text if language == "en" or not text else _catalogue(language).gettext(text)


def say(message: Message, language: str) -> str:
    """A message in a language, with what stands in its places."""
    template = translate(message.template, language)
    return template.format(**{name: _place(value, language) for name, value in message.parameters.items()})


def _place(value: object, language: str) -> object:
    match value:
        case Message():
            return say(value, language)
        case bool() | Enum():
            return value
        case int() | Decimal():
            return number(Decimal(value), language)
        case datetime():
            return value
        case date():
            return day(value, language)
        case str() if type(value) is not str:
            # A marked text; data that came from outside is a plain str, and is left alone.
            return translate(value, language)
        case _:
            return value


def number(value: Decimal, language: str, decimals: int | None = None) -> str:
    """A number with group separators: rounded to some decimals, or with all that the value has."""
    return _written(value, decimals).translate(_signs(_STYLE_OF.get(language, "point"), "-"))


def _written(value: Decimal | int, decimals: int | None) -> str:
    """Rounded half-even, as all is; never `-0`."""
    if decimals is not None:
        return format(value, f"z,.{decimals}f")
    text = format(value, "z,f" if isinstance(value, Decimal) else ",")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache
def _signs(style: str, minus: str) -> dict[int, str]:
    group, point = _STYLES.get(style, _STYLES["point"])
    return {ord(","): group, ord("."): point, ord("-"): minus}


def percent(value: Decimal, language: str, decimals: int | None = None) -> str:
    """A fraction as a percentage."""
    return number(value.scaleb(2), language, decimals) + "%"


def day(value: date, language: str) -> str:
    """A day as the language writes it in figures."""
    return _DAYS.get(language, _DAYS["en"]).format(*value.isoformat()[:10].split("-"))


def instant(value: datetime, zone: str, language: str) -> str:
    """An instant (UTC without a zone) as the local time of a zone; microseconds where there are any."""
    local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    fraction = f".{local.microsecond:06}" if local.microsecond else ""
    return f"{day(local, language)} {local:%H:%M:%S}{fraction}"


@dataclass(frozen=True)
class Manner:
    """How a reader has figures and times written on a page; there the minus sign is a true one."""

    language: str = "en"
    number_style: str = "language"
    zone: str = "UTC"
    """In which instants are shown."""
    time_format: str = "24"

    def number(self, value: Decimal | int, decimals: int | None = None) -> str:
        """A number, as `number` has it, in the reader's style."""
        style = _STYLE_OF.get(self.language, "point") if self.number_style == "language" else self.number_style
        return _written(value, decimals).translate(_signs(style, "\u2212"))

    def numbers(self, values: Sequence[Decimal | int], decimals: Sequence[int | None]) -> list[str]:
        """Many numbers, each as `number` has it with decimals of its own."""
        if not values:
            return []
        style = _STYLE_OF.get(self.language, "point") if self.number_style == "language" else self.number_style
        forms = {places: f"z,.{places}f" for places in set(decimals) if places is not None}
        written = "\n".join(
            [
                _written(value, None) if places is None else format(value, forms[places])
                for value, places in zip(values, decimals, strict=True)
            ]
        )
        if _STYLES.get(style) == _STYLES["point"]:
            # What Python writes but for the minus.
            return written.replace("-", "\u2212").split("\n")
        return written.translate(_signs(style, "\u2212")).split("\n")

    def percent(self, value: Decimal, decimals: int | None = None) -> str:
        """A fraction as a percentage."""
        return self.number(value.scaleb(2), decimals) + "%"

    def day(self, value: date) -> str:
        """A day in figures."""
        return day(value, self.language)

    def instant(self, value: datetime) -> str:
        """An instant (UTC without a zone) in the reader's zone, to the second."""
        local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))
        if self.time_format == "12":
            return (
                f"{day(local, self.language)} {local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
            )
        return f"{day(local, self.language)} {local.isoformat(timespec='seconds')[11:19]}"
