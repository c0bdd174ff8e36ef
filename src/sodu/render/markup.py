"""HTML that is HTML already."""

from __future__ import annotations


class Markup(str):
    """HTML whose texts are escaped already; templates take it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Itself."""
        return self
