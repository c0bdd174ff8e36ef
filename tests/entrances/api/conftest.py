"""Callers of the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.entrances.api.asking import Asker
from tests.portal.homes import PARTNER, Portal


@pytest.fixture(autouse=True)
def uncounted(db: None) -> Iterator[None]:
    """What others asked a moment ago does not count."""
    from sodu.entrances.api.callers import ASKED, TRIED

    ASKED.clear()
    TRIED.clear()
    yield
    ASKED.clear()
    TRIED.clear()


@pytest.fixture
def member(portal: Portal) -> Asker:
    """A partner's member whose token may export."""
    return Asker(portal, portal.token("partner_member", PARTNER, may_export=True))


@pytest.fixture
def operator(portal: Portal) -> Asker:
    """The provider's operator."""
    return Asker(portal, portal.token("operator"))
