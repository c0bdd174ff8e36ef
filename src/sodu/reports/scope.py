"""Whose facts a reader may see: a required argument of every report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The partners (None: all of them) and the accounts (None: all of theirs) that a reader may see."""

    partners: tuple[str, ...] | None
    accounts: tuple[str, ...] | None = None

    @classmethod
    def operator(cls) -> Scope:
        """The provider's own view: every partner."""
        return cls(None)

    @classmethod
    def partner(cls, partner_id: str) -> Scope:
        """One partner's view."""
        return cls((partner_id,))
