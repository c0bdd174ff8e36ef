"""The life of a discount: effective days, what follows what, its status at every turn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sodu.reports.discounts import Discount, live, partner_rate
from sodu.values.period import Period, midnight

ZONE = "Asia/Ho_Chi_Minh"
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))


def at(text: str) -> datetime:
    """An instant as the warehouse gives it: UTC without a zone, from the zone's local time."""
    return datetime.fromisoformat(text) - timedelta(hours=7)


def row(discount_id: str, **changes: Any) -> dict[str, Any]:
    registered: dict[str, Any] = {
        "discount_id": discount_id,
        "owner": "partner",
        "partner_id": "P",
        "account_id": None,
        "service_id": "s1",
        "service_group": "g1",
        "product_group": None,
        "deal_id": None,
        "rate": Decimal("0.1"),
        "requested_at": at("2026-09-01T09:00"),
        "decided_at": at("2026-09-02T09:00"),
        "decision": "approved",
        "active_from": date(2026, 9, 10),
        "active_to": None,
        "cancelled_at": None,
    }
    return registered | changes


def one(**changes: Any) -> Discount:
    return live([row("D", **changes)], ZONE)[0]


UNDECIDED = {"decided_at": None, "decision": None}
REJECTED = {"decided_at": at("2026-09-20T12:00"), "decision": "rejected"}

STATUSES = [
    ({}, "2026-09-01T10:00", "awaiting_approval"),
    ({}, "2026-09-02T09:00", "awaiting_activation"),
    ({}, "2026-09-09T23:59:59.999999", "awaiting_activation"),
    ({}, "2026-09-10T00:00", "active"),
    ({"active_to": date(2026, 9, 20)}, "2026-09-19T23:59", "active"),
    ({"active_to": date(2026, 9, 20)}, "2026-09-20T00:00", "expired"),
    (UNDECIDED, "2027-01-01T00:00", "awaiting_approval"),
    (REJECTED, "2026-09-20T11:59", "awaiting_approval"),
    (REJECTED, "2026-09-20T12:00", "rejected"),
    ({"cancelled_at": at("2026-09-05T08:00")}, "2026-09-05T07:59", "awaiting_activation"),
    ({"cancelled_at": at("2026-09-05T08:00")}, "2026-09-05T08:00", "cancelled"),
    ({"cancelled_at": at("2026-09-15T08:00")}, "2026-09-14T23:59", "active"),
    ({"cancelled_at": at("2026-09-15T08:00")}, "2026-09-15T00:00", "expired"),
    (UNDECIDED | {"cancelled_at": at("2026-09-05T08:00")}, "2026-09-06T00:00", "cancelled"),
    (UNDECIDED | {"owner": "customer", "account_id": "C"}, "2026-09-01T09:00", "awaiting_activation"),
    (UNDECIDED | {"owner": "customer", "account_id": "C"}, "2026-09-10T00:00", "active"),
]


@pytest.mark.parametrize(("changes", "instant", "status"), STATUSES)
def test_status_at_an_instant(changes: dict[str, Any], instant: str, status: str) -> None:
    local = at(instant)
    assert one(**changes).status_at(local.replace(tzinfo=midnight(OCTOBER.start, ZONE).tzinfo)) == status


def test_a_late_decision_moves_the_first_day() -> None:
    late = one(decided_at=at("2026-10-03T15:00"), active_from=date(2026, 10, 1))
    assert (late.effective_from, late.effective_to) == (date(2026, 10, 3), None)


def test_the_next_approved_one_ends_the_one_before() -> None:
    first, second, third = live(
        [row("A"), row("B", active_from=date(2026, 10, 5), rate=Decimal("0.2")), row("C", service_id="s2")], ZONE
    )
    assert (first.effective_to, second.effective_to, third.effective_to) == (date(2026, 10, 5), None, None)
    assert second.previous is first
    assert third.previous is None


@pytest.mark.parametrize(
    "changes",
    [UNDECIDED, REJECTED, {"cancelled_at": at("2026-10-01T08:00")}, {"active_to": date(2026, 10, 5)}],
    ids=["undecided", "rejected", "cancelled before", "ended before"],
)
def test_one_that_never_takes_effect_ends_none(changes: dict[str, Any]) -> None:
    first, _second = live([row("A"), row("B", **({"active_from": date(2026, 10, 5)} | changes))], ZONE)
    assert first.effective_to is None


@pytest.mark.parametrize(
    ("changes", "meets"),
    [
        ({}, True),
        ({"active_to": date(2026, 10, 1)}, False),
        ({"active_to": date(2026, 10, 2)}, True),
        ({"active_from": date(2026, 12, 1)}, True),  # it waits in October
        ({"requested_at": at("2026-11-01T00:00"), **UNDECIDED}, False),
        ({"requested_at": at("2026-10-31T23:59"), **UNDECIDED}, True),
        (REJECTED, False),
        ({"decided_at": at("2026-10-01T00:00"), "decision": "rejected"}, True),
        ({**UNDECIDED, "cancelled_at": at("2026-09-30T23:59")}, False),
        ({**UNDECIDED, "cancelled_at": at("2026-10-01T00:00")}, True),
    ],
)
def test_a_row_s_life_meets_the_period(changes: dict[str, Any], meets: bool) -> None:
    assert one(**changes).meets(OCTOBER) is meets


def test_the_partner_s_rate_is_the_lowest_over_the_services_covered() -> None:
    customer = {"owner": "customer", "account_id": "C", **UNDECIDED}
    everything, group, service = live(
        [
            row("E", **customer, service_id=None, service_group=None, product_group="*"),
            row("G", **customer, service_id=None, service_group=None, product_group="g1"),
            row("S", **customer),
        ],
        ZONE,
    )
    own = live(
        [
            row("A", rate=Decimal("0.3")),
            row("B", service_id="s2", service_group="g2", rate=Decimal("0.2")),
            row("C", service_id="s3", service_group="g1", rate=Decimal("0.25")),
        ],
        ZONE,
    )
    assert [partner_rate(discount, own, OCTOBER) for discount in (everything, group, service)] == [
        Decimal("0.2"),
        Decimal("0.25"),
        Decimal("0.3"),
    ]
