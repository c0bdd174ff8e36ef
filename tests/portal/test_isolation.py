"""Nobody sees what is another partner's, by any address, method, role or word; what is foreign is as what is not there.

The addresses are Django's own: one that stands in no list of `probes` fails the test. An ordinary run asks a sample,
which holds each address, method and word; SODU_PROBES=20000 (or more) asks as many, up to all.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.http import SimpleCookie
from django.test import Client

from tests.portal import canaries, probes
from tests.portal.canaries import PARTNERS, Owned
from tests.portal.homes import Portal, take
from tests.portal.probes import Probe, Who

PROBES = int(os.environ.get("SODU_PROBES", "1200"))
_CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|[0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9+:]*|/join/[\w-]+|sodu_[0-9a-f]+_[\w-]+'
    rb"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_DRAWN = ("/metrics", "/accounts/2fa/")
"""Pages that count what was asked, or draw a secret each time: what they tell of nobody is not compared."""
_PARTS = 6


def addresses(resolver: Any, before: str = "") -> Iterator[str]:
    """Every address that Django knows."""
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, pattern)
        else:
            yield pattern


@pytest.fixture
def world(own_portal: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """Three partners' record, with nothing counted that limits how often is asked."""
    from sodu.entrances.api.callers import ASKED, TRIED

    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(ASKED, "most", 10**9)
    monkeypatch.setattr(TRIED, "most", 10**9)
    portal: Portal = own_portal(canaries.write(tmp_path / "files", PARTNERS))
    return portal


class Asking:
    """Asks as many people, each request in a transaction that is taken back."""

    def __init__(self, portal: Portal, owned: dict[Who, Owned]) -> None:
        self._portal, self._owned = portal, owned
        self._clients: dict[Who, tuple[Client, str]] = {}

    def __call__(self, probe: Probe) -> tuple[int, bytes]:
        """The status and all that is told: headers and body."""
        from django.db import transaction

        client, cookies = self._client(probe.who)
        client.cookies = SimpleCookie(cookies)
        with transaction.atomic():
            answer = self._answer(client, probe)
            told = b"\n".join(f"{name}: {value}".encode() for name, value in sorted(answer.items()) if name not in _OWN)
            told += b"\n\n" + opened(b"".join(answer.streaming_content) if answer.streaming else answer.content)
            transaction.set_rollback(True)
        return answer.status_code, told

    def _client(self, who: Who) -> tuple[Client, str]:
        if who not in self._clients:
            client = self._portal.anyone(raise_request_exception=False)
            client.force_login(self._owned[who].user, backend="allauth.account.auth_backends.AuthenticationBackend")
            self._clients[who] = client, client.cookies.output(header="", sep=";")
        return self._clients[who]

    def _answer(self, client: Client, probe: Probe) -> Any:
        from urllib.parse import urlencode

        is_api = probe.path.startswith(("/api/", "/mcp"))
        headers = {"Authorization": f"Bearer {self._owned[probe.who].secret}"} if is_api else {}
        sent: dict[str, Any] = {}
        if probe.body:
            sent = {"data": probe.body, "content_type": "application/json"}
        elif probe.form:
            sent = {"data": urlencode(probe.form), "content_type": "application/x-www-form-urlencoded"}
        words = urlencode(probe.query)
        return client.generic(probe.method, probe.path, headers=headers, QUERY_STRING=words, **sent)


_OWN = ("X-Request-Id", "Server-Timing", "Set-Cookie", "Content-Length", "Content-Security-Policy", "ETag")


def opened(content: bytes) -> bytes:
    """What an answer says; a workbook's parts as they are unpacked, since packed texts hide what they hold."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as parts:
        return b"\n".join(name.encode() + b"\n" + parts.read(name) for name in parts.namelist())


def leaks(probe: Probe, told: bytes) -> list[str]:
    """What is told that is not for the person's eyes, and that the request did not say itself."""
    role, partner_id = probe.who
    if not partner_id:
        return []
    foreign = [secret for partner in PARTNERS if partner.id != partner_id for secret in (*partner.secrets, partner.id)]
    own = next(partner for partner in PARTNERS if partner.id == partner_id)
    if role == "limited":
        foreign.append(own.hidden)
    sent = probe.sent
    return [secret for secret in foreign if secret not in sent and secret.encode() in told]


def likened(probe: Probe, told: bytes) -> bytes:
    """What is told, the foreign and the unknown written alike."""
    if probe.path.startswith(_DRAWN):
        return b""
    for foreign, nothing in probe.swap:
        told = told.replace(foreign.encode(), b"?").replace(nothing.encode(), b"?")
    return _CHANGING.sub(b"", told)


def sample(all_probes: list[Probe], most: int) -> list[Probe]:
    """So many of them: each address by each method and word, then by chance."""
    chance = random.Random(20261120)
    chance.shuffle(all_probes)
    first: dict[tuple[Any, ...], Probe] = {}
    for probe in all_probes:
        first.setdefault((probe.method, probe.path, *(name for name, _value in (*probe.query, *probe.form))), probe)
    chosen = list(first.values())
    chance.shuffle(chosen)
    seen = {id(probe) for probe in chosen}
    return (chosen + [probe for probe in all_probes if id(probe) not in seen])[:most]


def test_every_address_is_probed(portal: Portal) -> None:
    from django.urls import get_resolver

    known = set(addresses(get_resolver()))
    assert known - probes.LISTED == set()
    assert probes.LISTED - known == set()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_nothing_foreign_is_told(world: Portal, part: int) -> None:
    owned = canaries.populate(world)
    everything = list(probes.probes(owned, "1"))
    asking = Asking(world, owned)
    wrong, asked = [], 0
    # Each probe is two requests where it has a twin, and both count.
    for probe in sample(everything, PROBES)[part::_PARTS]:
        if asked * _PARTS >= PROBES:
            break
        status, told = asking(probe)
        asked += 1
        if status >= 500:
            wrong.append(f"{status} {probe}")
        if found := leaks(probe, told):
            wrong.append(f"told {found}: {probe}")
        if probe.swap:
            twin = asking(probe.twin())
            asked += 1
            if (status, likened(probe, told)) != (twin[0], likened(probe, twin[1])):
                wrong.append(f"{status} and {twin[0]} differ: {probe}")
    assert wrong == []


@pytest.mark.slow
def test_what_is_ones_own_is_told(world: Portal) -> None:
    """Probes that find nothing prove something only where others would find it."""
    owned = canaries.populate(world)
    asking = Asking(world, owned)
    assert len(list(probes.probes(owned, "1"))) >= 20_000
    for partner in PARTNERS:
        who = ("partner_admin", partner.id)
        keys = owned[who].keys
        for path in ("/reports/credit-usage", "/api/v1/reports/revenue-detail"):
            status, told = asking(Probe(who, "GET", path, (("period", canaries.MONTH),)))
            assert (status, partner.word.encode() in told) == (200, True)
        for path in (f"/exports/{keys['export']}", f"/api/v1/exports/{keys['export']}/file"):
            assert asking(Probe(who, "GET", path))[0] == 200
        assert asking(Probe(who, "GET", f"/views/{keys['view']}"))[0] in (200, 302)
        assert asking(Probe(who, "GET", f"/people/{keys['person']}"))[0] == 200
    operator = asking(Probe(("operator", ""), "GET", "/api/v1/reports/revenue-detail", (("period", canaries.MONTH),)))
    assert all(partner.word.encode() in operator[1] for partner in PARTNERS)


@pytest.mark.slow
def test_anothers_rows_change_no_byte_of_mine(world: Portal, tmp_path: Path) -> None:
    owned = canaries.populate(world)
    asking = Asking(world, owned)
    head = world.serving.head
    asked = [
        Probe((role, "pwqa"), "GET", path, (("period", canaries.MONTH), ("as_known_at", str(head)), *more))
        for role in canaries.PEOPLE
        for slug in probes.SLUGS
        for path, more in _renderings(slug)
    ]
    before = [asking(probe) for probe in asked]
    unpinned = _figures(asking)
    take(world.home, canaries.write(tmp_path / "more", PARTNERS[1:], 1))
    assert world.serving.take_in() > 0
    assert [status for status, _told in before] == [200] * len(before)
    for probe, (_status, told) in zip(asked, before, strict=True):
        assert likened(probe, asking(probe)[1]) == likened(probe, told), probe
    assert _figures(asking) == unpinned


def _renderings(slug: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    yield f"/reports/{slug}", ()
    yield f"/api/v1/reports/{slug}", ()
    for format_ in ("csv", "parquet", "xlsx"):
        yield f"/api/v1/reports/{slug}", (("format", format_),)


def _figures(asking: Asking) -> list[Any]:
    """What is told as known now: all but the number of the journal, which counts everybody's batches."""
    import json

    found = []
    for slug in probes.SLUGS:
        probe = Probe(("partner_admin", "pwqa"), "GET", f"/api/v1/reports/{slug}", (("period", canaries.MONTH),))
        answer = json.loads(asking(probe)[1].partition(b"\n\n")[2])
        del answer["as_known_at"]
        found.append(answer)
    return found
