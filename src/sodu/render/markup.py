"""HTML that is HTML already."""

from __future__ import annotations

from html import escape


class Markup(str):
    """HTML whose texts are escaped already; templates take it as it is."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> Markup:
        """A text as HTML."""
        return cls(escape(text))

    def __html__(self) -> str:
        """Itself."""
        return self
