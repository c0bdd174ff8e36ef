"""Exports by the page: the bytes are the command's, and nobody has another's."""

from __future__ import annotations

import csv
import os
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from sodu.entrances import clock
from sodu.entrances.commands import report as command
from sodu.entrances.commands.command import Context
from sodu.entrances.web import background
from sodu.entrances.web.streaming import chunks
from sodu.people.audit.models import Event
from sodu.people.saved import exporting, making
from sodu.people.saved.models import Export
from tests.portal.homes import Portal

QUERY = "period=2026-10&account_type=customer&columns=account_id,currency,closing&sort=-closing"
ADMIN, MEMBER = ("partner_admin", "P"), ("partner_member", "P")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def few_rows_at_once() -> Any:
    with mock.patch("sodu.entrances.web.views.exports.EXPORT_STREAM_ROWS_MAX", 1):
        yield


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json", "parquet"])
def test_the_file_is_the_commands(portal: Portal, tmp_path: Path, format_: str) -> None:
    answer = portal.as_(*ADMIN).get(f"/export/credit-total?{QUERY}&limit=1&format={format_}")
    assert body(answer) == by_command(portal, tmp_path / f"answer.{format_}")


def by_command(portal: Portal, output: Path) -> bytes:
    """What the command writes, over the warehouse that this process holds."""
    asked = {name: [value] for name, value in (pair.split("=") for pair in QUERY.split("&"))}
    conditions = {name: asked.get(name) for name in command.CONDITIONS}
    options = Namespace(slug="credit-total", partner="P", format=None, output=output, bom=False, **conditions)

    @contextmanager
    def opened(*_words: object) -> Iterator[object]:
        yield portal.serving

    with (
        mock.patch.object(command, "open_warehouse", opened),
        mock.patch.object(command, "is_served", return_value=False),
    ):
        command.run(options, Context(portal.home.path, "en", str, clock.now()))
    return output.read_bytes()


def test_it_goes_out_as_a_file(portal: Portal) -> None:
    answer = portal.as_(*ADMIN).get(f"/export/credit-total?{QUERY}&format=csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="credit-total_2026-10_P.csv"')
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    rows = list(csv.DictReader(StringIO(body(answer).decode())))
    assert [(row["account_id"], row["closing"]) for row in rows] == [("C1", "750"), ("C2", "500")]
    event = Event.objects.get(action="export")
    assert (event.object, event.detail["format"], event.detail["rows"]) == ("credit-total", "csv", 2)
    assert "limit" not in event.query


def test_excel_is_given_the_mark_that_it_needs(portal: Portal) -> None:
    client = portal.as_(*ADMIN)
    with_mark = body(client.get(f"/export/credit-total?{QUERY}&format=csv&bom=yes"))
    assert with_mark == b"\xef\xbb\xbf" + body(client.get(f"/export/credit-total?{QUERY}&format=csv"))


def test_a_file_of_another_partner_is_refused_as_one_that_is_not_there(portal: Portal) -> None:
    client = portal.as_(*ADMIN)
    foreign = client.get("/export/credit-total?partner=demo-other&format=csv")
    unknown = client.get("/export/credit-total?partner=nobody&format=csv")
    assert foreign.status_code == unknown.status_code == 400


def test_what_is_large_is_made_in_the_background(portal: Portal, few_rows_at_once: None) -> None:
    client = portal.as_(*ADMIN)
    offered = client.get(f"/export/credit-total?{QUERY}&format=csv")
    assert b"Make the file" in offered.content
    begun = client.post(f"/export/credit-total?{QUERY}&format=csv")
    assert (begun.status_code, begun.headers["Location"]) == (302, "/exports")
    export = Export.objects.get()
    assert (export.state, export.rows) == ("waiting", 2)
    assert set(export.query.split("&")) == set(QUERY.split("&"))
    assert b"hx-trigger" in client.get("/exports").content
    making.make_one(portal.serving, threading.Event(), clock.now())
    assert b"1 ready" in client.get("/views").content
    page = client.get("/exports")
    assert b"hx-trigger" not in page.content
    assert b"1 ready" not in client.get("/views").content
    answer = client.get(f"/exports/{export.pk}")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="credit-total_2026-10_P.csv"')
    assert b"C1,VND,750" in body(answer)
    assert Event.objects.filter(action="download").count() == 1


@pytest.mark.parametrize("what", ["", "/cancel", "/delete"])
def test_anothers_export_is_not_there(portal: Portal, what: str) -> None:
    export = exporting.start(portal.person(*ADMIN), "credit-total", QUERY, "csv")
    making.make_one(portal.serving, threading.Event(), clock.now())
    for person in (MEMBER, ("operator", ""), ("auditor", ""), ("partner_admin", "demo-other")):
        client = portal.as_(*person)
        ask: Callable[..., Any] = client.post if what else client.get
        foreign, unknown = (ask(f"/exports/{pk}{what}") for pk in (export.pk, uuid4()))
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content == unknown.content
    export.refresh_from_db()
    assert export.state == "done"


def test_who_may_see_less_by_now_cannot_download(portal: Portal) -> None:
    client = portal.as_(*MEMBER)
    export = exporting.start(client.person, "credit-total", QUERY, "csv")
    making.make_one(portal.serving, threading.Event(), clock.now())
    client.person.account_limits.create(account_id="C1")
    assert client.get(f"/exports/{export.pk}").status_code == 404
    assert b"You may see less by now" in client.get("/exports").content


def test_cancel_and_delete(portal: Portal) -> None:
    client = portal.as_(*MEMBER)
    export = exporting.start(client.person, "credit-total", QUERY, "csv")
    part = client.post(f"/exports/{export.pk}/cancel", headers={"HX-Request": "true"})
    assert part.content.strip().startswith(b'<div id="exports"')
    export.refresh_from_db()
    assert export.state == "cancelled"
    assert client.post(f"/exports/{export.pk}/delete").status_code == 302
    assert not Export.objects.exists()


def test_a_slow_reader_holds_the_writer_up_and_one_who_leaves_ends_it() -> None:
    written = []

    def work(out: Any) -> None:
        for number in range(10_000):
            out.write(b"x" * 65_536)
            written.append(number)

    stream = chunks(work)
    next(stream)
    stream.close()
    assert len(written) < 50


def test_what_breaks_on_the_way_breaks_the_answer() -> None:
    def work(out: Any) -> None:
        out.write(b"x" * 70_000)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(chunks(work))


def test_making_exports_gives_way_to_readers(portal: Portal) -> None:
    found: list[int] = []
    ended = threading.Event()
    ended.set()

    def work() -> None:
        background.make_exports(portal.serving, ended)
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert found == [10 if sys.platform == "linux" else own]
