"""Texts, numbers and times in the reader's language: the one edge where English becomes another language."""

from __future__ import annotations

import gettext
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sodu.values.money import plain, round_once
from sodu.values.text import Message

LANGUAGES = ("en", "vi")
_LOCALE = Path(__file__).parent.parent / "locale"
_SEPARATORS = {"en": (",", "."), "vi": (".", ",")}
_DAYS = {"en": "%Y-%m-%d", "vi": "%d/%m/%Y"}


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
    text = plain(value) if decimals is None else format(round_once(value, decimals), "f")
    whole, _point, fraction = text.lstrip("-").partition(".")
    group, point = _SEPARATORS.get(language, _SEPARATORS["en"])
    sign = "-" if text.startswith("-") and text.strip("-0.") else ""
    return sign + f"{int(whole):,}".replace(",", group) + (point + fraction if fraction else "")


def percent(value: Decimal, language: str, decimals: int | None = None) -> str:
    """A fraction as a percentage."""
    return number(value.scaleb(2), language, decimals) + "%"


def day(value: date, language: str) -> str:
    """A day as the language writes it in figures."""
    return value.strftime(_DAYS.get(language, _DAYS["en"]))


def instant(value: datetime, zone: str, language: str) -> str:
    """An instant (UTC without a zone) as the local time of a zone; microseconds where there are any."""
    local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    fraction = f".{local.microsecond:06}" if local.microsecond else ""
    return f"{day(local, language)} {local:%H:%M:%S}{fraction}"
