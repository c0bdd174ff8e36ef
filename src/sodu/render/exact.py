"""Numbers that XlsxWriter writes with all their digits."""

from __future__ import annotations

from decimal import Context, Decimal

from sodu.values.money import plain


class Exact(Decimal):
    """A number that formats itself in plain notation, where XlsxWriter would keep 16 digits."""

    def __format__(self, _spec: str, _context: Context | None = None, /) -> str:
        return plain(Decimal(self))

    def __str__(self) -> str:
        return plain(Decimal(self))
