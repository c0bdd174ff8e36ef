"""Texts as they are searched: without case and diacritics."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """A text without case and diacritics: Đông Á becomes dong a."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).replace("đ", "d")
