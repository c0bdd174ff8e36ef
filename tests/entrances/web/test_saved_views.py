"""Saved views and schedules by the page: a person's own, shared within the partner, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from sodu.people.audit.models import Event
from sodu.people.saved import keeping
from sodu.people.saved.mailing import token_of
from sodu.people.saved.models import Delivery, Schedule, View
from tests.portal.homes import Portal

ADMIN, MEMBER, OTHER = ("partner_admin", "P"), ("partner_member", "P"), ("partner_admin", "demo-other")
QUERY = "period=last-month&account_type=customer"


def saved(portal: Portal, *, is_shared: bool = False) -> View:
    view, _new = keeping.save(portal.person(*ADMIN), "Customers", ("credit-total", QUERY), is_shared=is_shared)
    return view


def scheduled(portal: Portal, client: Any) -> Schedule:
    view = saved(portal)
    words = {"frequency": "monthly", "attaches": "xlsx", "recipients": [client.person.pk]}
    assert client.post(f"/views/{view.pk}/schedule", words).status_code == 302
    return Schedule.objects.get()


def test_save_open_and_save_again(portal: Portal) -> None:
    client = portal.as_(*ADMIN)
    answer = client.post(f"/views/save/credit-total?{QUERY}&limit=5", {"name": "  Customers  now "})
    view = View.objects.get()
    assert (view.name, view.query, view.is_shared, view.partner_id) == ("Customers now", QUERY, False, "P")
    assert answer.headers["Location"] == f"/reports/credit-total?{QUERY}&view={view.pk}"
    page = client.get(f"/views/{view.pk}", follow=True)
    assert page.status_code == 200
    assert b'value="Customers now"' in page.content
    client.post("/views/save/credit-total?period=2026-10", {"name": "Customers now", "is_shared": "yes"})
    view.refresh_from_db()
    assert (view.query, view.is_shared) == ("period=2026-10&account_type=both", True)
    assert Event.objects.filter(action="save").count() == 2


def test_a_shared_view_is_read_with_the_readers_own_rights(portal: Portal) -> None:
    view = saved(portal, is_shared=True)
    page = portal.as_("partner_member", "P", ("C1",)).get(f"/views/{view.pk}", follow=True)
    assert b"C1" in page.content
    assert b"C2" not in page.content


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_view_of_another_partner_is_not_there(portal: Portal, *, is_shared: bool) -> None:
    view = saved(portal, is_shared=is_shared)
    people = [OTHER, ("operator", ""), ("auditor", ""), *([] if is_shared else [MEMBER])]
    for client in (portal.as_(*person) for person in people):
        for path, ask in (
            ("", client.get),
            ("/schedule", client.get),
            ("/change", client.post),
            ("/delete", client.post),
        ):
            foreign, unknown = ask(f"/views/{view.pk}{path}"), ask(f"/views/987654{path}")
            assert foreign.status_code == unknown.status_code == 404
            assert foreign.content == unknown.content
    assert view.name not in portal.as_(*OTHER).get("/views").content.decode()


def test_only_its_owner_changes_a_shared_view(portal: Portal) -> None:
    view, client = saved(portal, is_shared=True), portal.as_(*MEMBER)
    assert view.name in client.get("/views").content.decode()
    for path in ("change", "delete"):
        assert client.post(f"/views/{view.pk}/{path}", {"name": "mine"}).status_code == 404
    owner = portal.as_(*ADMIN)
    owner.post(f"/views/{view.pk}/change", {"name": "Renamed"})
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Renamed", False)
    owner.post(f"/views/{view.pk}/delete")
    assert not View.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 129, "a\x00b"])
def test_a_name_that_is_none(portal: Portal, name: str) -> None:
    assert portal.as_(*ADMIN).post("/views/save/credit-total", {"name": name}).status_code == 400


def test_one_who_moved_shares_no_more(portal: Portal) -> None:
    saved(portal, is_shared=True)
    owner = portal.person(*ADMIN)
    owner.partner_id = "demo-other"
    owner.save()
    assert b"Customers" not in portal.as_(*MEMBER).get("/views").content


def test_a_schedule_from_making_to_deleting(portal: Portal) -> None:
    client = portal.as_(*ADMIN)
    schedule = scheduled(portal, client)
    assert str(schedule.starts_on) == "2026-11-01"  # October was through when it was made
    page = client.get(f"/schedules/{schedule.pk}")
    assert b"Mail is not set up" in page.content
    assert b"2026-11" in page.content
    client.post(f"/schedules/{schedule.pk}/pause")
    assert b"Paused" in client.get("/schedules").content
    client.post(f"/schedules/{schedule.pk}/resume")
    words = {"frequency": "daily", "attaches": "", "recipients": [portal.person(*MEMBER).pk]}
    client.post(f"/schedules/{schedule.pk}", words)
    schedule.refresh_from_db()
    assert (schedule.frequency, schedule.attaches) == ("daily", "")
    assert [each.pk for each in schedule.recipients.all()] == [portal.person(*MEMBER).pk]
    assert client.post(f"/schedules/{schedule.pk}/delete").status_code == 302
    assert not Schedule.objects.exists()
    actions = list(Event.objects.filter(action__startswith="schedule").order_by("pk").values_list("action", flat=True))
    assert actions == ["schedule", "schedule-pause", "schedule-resume", "schedule", "schedule-delete"]


@pytest.mark.parametrize(
    "words", [{"frequency": "hourly"}, {"attaches": "exe"}, {"recipients": []}, {"recipients": ["x"]}]
)
def test_what_a_schedule_is_refused_for(portal: Portal, words: dict[str, Any]) -> None:
    client, view = portal.as_(*ADMIN), saved(portal)
    given = {"frequency": "daily", "attaches": "", "recipients": [client.person.pk]} | words
    assert client.post(f"/views/{view.pk}/schedule", given).status_code == 400
    assert not Schedule.objects.exists()


def test_nobody_of_another_partner_is_sent_to(portal: Portal) -> None:
    client, view = portal.as_(*ADMIN), saved(portal)
    foreign = [portal.person(*OTHER).pk, portal.person("operator").pk, 987654]
    words = {"frequency": "daily", "attaches": "", "recipients": foreign}
    assert client.post(f"/views/{view.pk}/schedule", words).status_code == 400
    client.post(f"/views/{view.pk}/schedule", words | {"recipients": [*foreign, client.person.pk]})
    assert [each.pk for each in Schedule.objects.get().recipients.all()] == [client.person.pk]


@pytest.mark.parametrize("path", ["", "/pause", "/resume", "/delete", "/leave"])
def test_anothers_schedule_is_not_there(portal: Portal, path: str) -> None:
    schedule = scheduled(portal, portal.as_(*ADMIN))
    for person in (MEMBER, OTHER, ("operator", "")):
        client = portal.as_(*person)
        ask = client.post if path else client.get
        assert ask(f"/schedules/{schedule.pk}{path}").status_code == 404
    assert Schedule.objects.get().paused_at is None


def test_leaving_by_the_mails_link(portal: Portal) -> None:
    client = portal.as_(*ADMIN)
    schedule = scheduled(portal, client)
    path = f"/unsubscribe/{token_of(Delivery(schedule=schedule, recipient=client.person))}"
    anyone = portal.anyone(enforce_csrf_checks=True)
    assert b"no more" in anyone.get(path).content
    assert schedule.recipients.count() == 1
    assert anyone.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert schedule.recipients.count() == 0
    assert b"You are not on the list" in anyone.post(path).content
    assert Event.objects.get(action="unsubscribe").user_id == client.person.pk
    assert anyone.get(path + "x").status_code == anyone.post("/unsubscribe/nothing").status_code == 404


def test_leaving_by_the_page(portal: Portal) -> None:
    member = portal.as_(*MEMBER)
    schedule = scheduled(portal, portal.as_(*ADMIN))
    schedule.recipients.add(member.person)
    assert b"Leave the list" in member.get("/schedules").content
    member.post(f"/schedules/{schedule.pk}/leave")
    assert member.person not in schedule.recipients.all()
