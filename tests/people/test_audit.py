"""Events are only added, in Python and in the database itself; who may read which."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from sodu.people.accounts.models import Role, User
from sodu.people.audit import triggers
from sodu.people.audit.log import Actor, events_for, record
from sodu.people.audit.models import Event


@pytest.fixture
def people(db: None) -> dict[str, User]:
    made = {
        "operator": User.objects.create_user("op@provider.example", role=Role.OPERATOR),
        "auditor": User.objects.create_user("au@provider.example", role=Role.AUDITOR),
    }
    for partner in ("P", "Q"):
        for role in (Role.PARTNER_ADMIN, Role.PARTNER_MEMBER):
            email = f"{role}@{partner.lower()}.example"
            made[f"{role} {partner}"] = User.objects.create_user(email, role=role, partner_id=partner)
    for person in made.values():
        record(Actor(person), "view", person.email)
    return made


def test_events_cannot_be_changed_nor_deleted(people: dict[str, User]) -> None:
    event = Event.objects.first()
    assert event is not None
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    for change in (
        lambda: Event.objects.update(action="other"),
        lambda: Event.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE audit_event SET email = 'x'"),
        lambda: connection.cursor().execute("DELETE FROM audit_event"),
    ):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            change()
    assert Event.objects.count() == len(people)


def test_each_database_has_what_refuses() -> None:
    assert set(triggers.STATEMENTS) == {"sqlite", "postgresql"}
    assert all(
        "TRUNCATE" in " ".join(added) or vendor == "sqlite" for vendor, (added, _) in triggers.STATEMENTS.items()
    )


def test_a_deleted_person_leaves_their_events(people: dict[str, User]) -> None:
    people["partner_member P"].delete()
    assert Event.objects.filter(email="partner_member@p.example").count() == 1


def test_who_reads_which_events(people: dict[str, User]) -> None:
    def read(name: str) -> set[str]:
        return set(events_for(people[name]).values_list("email", flat=True))

    everybody = {person.email for person in people.values()}
    assert read("operator") == read("auditor") == everybody
    assert read("partner_admin P") == {"partner_admin@p.example", "partner_member@p.example"}
    assert read("partner_member Q") == {"partner_member@q.example"}
