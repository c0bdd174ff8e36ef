"""The portal that tests ask for is one."""

import pytest

from tests.portal import homes


def test_people_see_reports_of_their_partner(portal: homes.Portal) -> None:
    for role, partner in (("operator", ""), ("partner_member", "P")):
        answer = portal.as_(role, partner).get("/reports/credit-total", {"period": "2026-10"})
        assert answer.status_code == 200
        assert b"C1" in answer.content


def test_nobody_sees_nothing(portal: homes.Portal) -> None:
    answer = portal.anyone().get("/reports/credit-total")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_portal_of_ones_own(own_portal: pytest.FixtureRequest) -> None:
    portal = own_portal(homes.EXAMPLE)
    assert portal.as_("operator").get("/reports/revenue-detail", {"period": "2026"}).status_code == 200
