"""The worked example's answers, computed by hand: what is asked, and what each row and total must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "worked-example"
NOW = datetime.fromisoformat("2026-11-22T10:00:00+07:00")


@dataclass(frozen=True)
class Case:
    """A question about partner P, and its answers."""

    slug: str
    asked: dict[str, Any]
    total: dict[str, str | int] = field(default_factory=dict)
    rows: dict[tuple[str, ...], dict[str, str | int]] = field(default_factory=dict)
    """By the row's id, and its currency where that matters."""
    row_count: int | None = None

    @property
    def name(self) -> str:
        return f"{self.slug} {self.asked}"


def _case(slug: str, asked: dict[str, Any], **answers: Any) -> Case:
    return Case(slug, {"period": "2026-10", "partner": "P", "currency": "VND"} | asked, **answers)


def _cells(text: str) -> dict[str, str | int]:
    counts = {"charges", "orders", "accounts", "entries"}
    pairs = (pair.split("=") for pair in text.split())
    return {name: int(value) if name in counts else value for name, value in pairs}


CASES = (
    _case(
        "credit-total",
        {},
        total=_cells(
            "opening=1200 topped_up=5000 transferred_in=0 transferred_out=0 used=1900 refunded=50 closing=4350 "
            "eliminated=3200"
        ),
        rows={
            ("P-own",): _cells(
                "opening=1000 topped_up=5000 transferred_in=200 transferred_out=3000 used=100 refunded=0 closing=3100"
            ),
            ("C1",): _cells("opening=200 transferred_in=2000 transferred_out=0 used=1500 refunded=50 closing=750"),
            ("C2",): _cells("opening=0 transferred_in=1000 transferred_out=200 used=300 refunded=0 closing=500"),
        },
        row_count=3,
    ),
    _case(
        "credit-total",
        {"account_type": "customer"},
        total=_cells(
            "opening=200 transferred_in=3000 transferred_out=200 used=1800 refunded=50 closing=1250 eliminated=0"
        ),
        row_count=2,
    ),
    _case(
        "credit-total",
        {"account": "P-own"},
        total=_cells("opening=1000 topped_up=5000 transferred_in=200 transferred_out=3000 used=100 closing=3100"),
        row_count=1,
    ),
    _case("credit-total", {"period": "2026-11"}, total=_cells("opening=4350 used=70 closing=4280")),
    _case("credit-topped-up", {}, total=_cells("topped_up=5000 eliminated=3200 amount=5000"), row_count=4),
    _case("credit-usage", {}, total=_cells("used=1900 refunded=50 eliminated=3200 amount=1850"), row_count=7),
    _case(
        "revenue-by-service",
        {},
        rows={
            ("vserver",): _cells(
                "list=2076.190476190476 sales=1450 cost=1353.333333333333 margin=96.666666666667 own_use=100 charges=3"
            ),
            ("vstorage",): _cells("list=300 sales=300 cost=240 margin=60 charges=1"),
        },
        row_count=2,
    ),
    _case(
        "revenue-by-account",
        {},
        rows={
            ("C1",): _cells("sales=1450 cost=1353.333333333333"),
            ("C2",): _cells("sales=300 cost=240"),
            ("P-own",): _cells("sales=0 own_use=100"),
        },
        row_count=3,
    ),
    _case(
        "revenue-by-service",
        {"currency": "USD"},
        rows={("vstorage",): _cells("sales=0.000000145301 margin=0")},
        row_count=1,
    ),
    _case(
        "discount-partner",
        {},
        rows={
            ("DP0",): _cells("status=expired effective_from=2026-01-10 effective_to=2026-10-03"),
            ("DP1",): _cells(
                "status=active effective_from=2026-10-03 orders=2 list=2076.190476190476 "
                "discount_given=622.857142857143"
            ),
            ("DP2",): _cells("status=active"),
            ("DP3",): _cells("status=rejected"),
            ("DP4",): _cells("status=awaiting_approval"),
        },
        row_count=5,
    ),
    _case(
        "discount-partner",
        {"status": "active"},
        rows={("DP1",): _cells("orders=2"), ("DP2",): _cells("status=active")},
        row_count=2,
    ),
    _case(
        "discount-customer",
        {},
        rows={
            ("DC1",): _cells("status=active effective_to=2026-11-01 partner_rate=0.3 spread=0.05"),
            ("DC2",): _cells("status=awaiting_activation partner_rate=0.2 spread=-0.15"),
        },
        row_count=2,
    ),
)
