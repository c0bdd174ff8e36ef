"""The provider's pages: what was loaded, loading and withdrawing, partners, checks; and who may what."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sodu.entrances.web import running, uploading
from sodu.people.audit.models import Event
from sodu.people.loads.attempts import end_abandoned
from sodu.people.loads.models import Attempt, Inspection
from tests.portal.homes import EXAMPLE, Portal

OwnPortal = Callable[..., Portal]
PAGES = ("/provider/loads", "/provider/loads/1", "/provider/loads/attempts", "/provider/partners", "/provider/checks")
CHANGING = ("/provider/loads/new", "/provider/loads/1/withdraw")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work beside requests is done within them: the test's database is one connection's."""

    def done(_name: str, work: Callable[[], object]) -> threading.Thread:
        work()
        thread = threading.Thread(target=str)
        thread.start()
        return thread

    monkeypatch.setattr(running, "beside", done)


@pytest.fixture
def own(own_portal: OwnPortal) -> Portal:
    """A portal with the worked example, of the test's own."""
    return own_portal(EXAMPLE)


def file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def sent(client: Client, *files: SimpleUploadedFile, **words: str) -> str:
    """Send the form and follow it; the page."""
    return client.post("/provider/loads/new", {"files": list(files), **words}, follow=True).content.decode()


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("path", PAGES)
def test_the_providers_people_read(portal: Portal, path: str) -> None:
    for role in ("operator", "auditor"):
        assert portal.as_(role).get(path).status_code == 200
    assert Event.objects.filter(action="view").count() == 2


@pytest.mark.parametrize("path", (*PAGES, *CHANGING, "/provider/loads/attempts/1", "/provider/loads/attempts/1/errors"))
def test_for_others_there_is_no_such_page(portal: Portal, path: str) -> None:
    unknown = portal.as_("partner_admin", "P").get("/provider/nothing-of-the-kind")
    for role in ("partner_admin", "partner_member"):
        for method in ("get", "post"):
            answer = getattr(portal.as_(role, "P"), method)(path)
            assert answer.status_code in (404, 405)
            assert answer.status_code == 405 or answer.content == unknown.content


@pytest.mark.parametrize("path", CHANGING)
def test_auditors_change_nothing(portal: Portal, path: str) -> None:
    client = portal.as_("auditor")
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert client.post("/provider/checks").status_code == 404
    pages = [client.get(page).content.decode() for page in PAGES]
    assert not [
        page for page in pages if 'method="post"' in page.replace(reverse("account_logout"), "").split("<main")[1]
    ]


def test_changes_need_the_forms_token(own: Portal) -> None:
    person = own.as_("operator").person
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    files = {"files": file("partners.csv", "partner_id,name\nQ,Q\n")}
    assert client.post("/provider/loads/new", files).status_code == 403
    assert client.post("/provider/loads/6/withdraw").status_code == 403
    assert client.post("/provider/checks").status_code == 403
    assert own.serving.journal.head == 6
    assert list(own.home.tmp.iterdir()) == [
        own.home.tmp / path.name for path in own.home.tmp.iterdir() if path.is_dir()
    ]


def test_the_journal_is_listed_newest_first_and_searched(own: Portal) -> None:
    client = own.as_("operator")
    page = client.get("/provider/loads").content.decode()
    assert re.findall(r'<a href="/provider/loads/(\d)">\d</a>', page) == list("654321")
    assert "charges.csv" in page
    assert "1,920" in page
    found = client.get("/provider/loads?table=charges").content.decode()
    assert re.findall(r'<a href="/provider/loads/(\d)">\d</a>', found) == ["6"]
    assert "No load is like this" in client.get("/provider/loads?file=nothing").content.decode()
    assert client.get("/provider/loads?day=someday").status_code == 400
    assert client.get("/provider/loads?before=x").status_code == 400
    assert re.findall(
        r'<a href="/provider/loads/(\d)">\d</a>', client.get("/provider/loads?before=3").content.decode()
    ) == [
        "2",
        "1",
    ]


def test_a_batch_says_all_that_the_journal_says(own: Portal) -> None:
    client = own.as_("operator")
    page = text_of(client.get("/provider/loads/6").content.decode())
    for expected in (
        "charges.csv",
        "1,742.333333333333",
        "partner_amount",
        own.serving.journal.batches()[-1].batch_sha256,
    ):
        assert expected in page
    assert client.get("/provider/loads/7").status_code == client.get(f"/provider/loads/{10**30}").status_code == 404


def test_a_file_is_loaded_and_counts_at_once(own: Portal) -> None:
    page = text_of(sent(own.as_("operator"), file("partners-new.csv", "partner_id,name\nQ,Quế Lâm\n")))
    assert "Done" in page
    assert own.serving.head == 7
    assert own.serving.journal.batches()[-1].who == own.as_("operator").person.email
    assert "Quế Lâm" in own.as_("operator").get("/provider/partners").content.decode()
    event = Event.objects.get(action="load")
    assert (event.outcome, event.detail["seqs"]) == ("done", [7])
    assert "Duplicates" in text_of(sent(own.as_("operator"), file("partners.csv", "partner_id,name\nQ,Quế Lâm\n")))
    assert own.serving.head == 7


def test_what_is_refused_is_shown_with_its_place_and_changes_nothing(own: Portal) -> None:
    client = own.as_("operator")
    page = sent(
        client, file("partners.csv", "partner_id,name\nQ,\nR,=1+1\n"), file("services.csv", "service_id,name\n")
    )
    attempt = Attempt.objects.get()
    said = text_of(page)
    assert "Refused" in said
    assert "name is required" in said
    assert (attempt.state, attempt.error_count > 0, own.serving.head) == ("refused", True, 6)
    assert attempt.errors[0]["row"] == 2
    errors = client.get(f"/provider/loads/attempts/{attempt.pk}/errors")
    assert errors.content.decode().startswith("file,row,column,code,message,value\npartners.csv,2,name,required,")
    assert "partners.csv" in client.get("/provider/loads/attempts").content.decode()
    assert "partners.csv" in client.get("/provider/loads").content.decode()


def test_the_rows_that_were_refused_can_be_had(own: Portal) -> None:
    client = own.as_("operator")
    page = sent(client, file("partners.csv", "partner_id,name\nQ,\nR,Rừng\n"), partial="yes")
    assert "Done" in text_of(page)
    assert own.serving.head == 7
    attempt = Attempt.objects.get()
    (link,) = re.findall(r'href="(/provider/loads/attempts/\d+/rejected/[^"]+)"', page)
    rows = b"".join(client.get(link).streaming_content).decode()
    assert rows.startswith("partner_id,name,_row,_column,_code,_reason\n")
    assert rows.count("\n") == 2
    for name in ("journal.sqlite", "..%2Fjournal.sqlite", "attempt-99.csv"):
        assert client.get(f"/provider/loads/attempts/{attempt.pk}/rejected/{name}").status_code == 404


def test_what_the_form_cannot_take_is_said_on_it(own: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = own.as_("operator")
    good = "partner_id,name\nQ,Q\n"
    assert "choose at least one file" in sent(client)
    assert "is no name=value" in text_of(sent(client, file("partners.csv", good), expect="many"))
    assert "is none of contract, focus" in text_of(sent(client, file("partners.csv", good), source="nowhere"))
    assert "is no number" in text_of(sent(client, file("partners.csv", good), replaces="x"))
    monkeypatch.setattr(uploading, "PAGE_UPLOAD_BYTES_MAX", 10)
    assert "larger than" in text_of(sent(client, file("partners.csv", good)))
    assert Attempt.objects.count() == 0


def test_no_path_of_the_server_is_told(own: Portal) -> None:
    page = sent(
        own.as_("operator"), file("whatever.csv", "a,b\n1,2\n"), file("../../partners.csv", "partner_id,name\n")
    )
    assert "whatever.csv tells no table" in text_of(page)
    assert str(own.home.path) not in page
    assert Attempt.objects.get().files == ["whatever.csv", "partners.csv"]


def test_control_totals_that_differ_refuse(own: Portal) -> None:
    page = sent(own.as_("operator"), file("partners.csv", "partner_id,name\nQ,Q\n"), expect="rows=2")
    assert "Refused" in text_of(page)
    assert own.serving.head == 6


def test_a_withdrawal_says_what_it_changes_and_changes_it(own: Portal) -> None:
    client = own.as_("operator")
    asked = text_of(client.get("/provider/loads/6/withdraw").content.decode())
    assert "6 rows of charges from charges.csv will count no more" in asked
    assert "1,742.333333333333" in asked
    assert own.serving.head == 6
    done = client.post("/provider/loads/6/withdraw", follow=True).content.decode()
    assert "batch 6 is withdrawn by row 7 of the journal" in done
    assert "withdrawn by 7" in done
    assert own.serving.known().withdrawn == (6,)
    assert client.post("/provider/loads/6/withdraw").status_code == 422
    assert client.get("/provider/loads/7/withdraw").status_code == 404
    assert [event.outcome for event in Event.objects.filter(action="withdraw").order_by("pk")] == ["done", "refused"]
    assert "Withdrawal" in client.get("/provider/loads").content.decode()
    assert client.get("/provider/loads/7").status_code == 200


def test_what_others_need_is_not_withdrawn(own: Portal) -> None:
    answer = own.as_("operator").post("/provider/loads/1/withdraw")
    assert answer.status_code == 422
    assert "cases would break that" in answer.content.decode()
    assert own.serving.head == 6


def test_a_better_file_takes_a_batchs_place(own: Portal) -> None:
    client = own.as_("operator")
    assert "Replace batch 6" in client.get("/provider/loads/new?replaces=6").content.decode()
    lines = (EXAMPLE / "charges.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    sent(client, file("charges.csv", "".join(lines[:3])), replaces="6")
    assert own.serving.known().withdrawn == (6,)
    assert "replaced by 7" in client.get("/provider/loads/6").content.decode()
    assert "replaces 6" in client.get("/provider/loads/7").content.decode()


def test_a_check_is_run_and_kept(own: Portal) -> None:
    client = own.as_("operator")
    assert "Nothing was checked" in client.get("/provider/checks").content.decode()
    page = client.post("/provider/checks", follow=True).content.decode()
    assert "All is as it should be" in page
    assert "journal chain" in page
    upload = next(own.home.uploads.iterdir())
    upload.chmod(0o600)
    upload.write_bytes(b"other bytes")
    broken = client.post("/provider/checks", follow=True).content.decode()
    assert "Broken: 1" in text_of(broken)
    assert upload.name in broken
    assert Inspection.objects.count() == Event.objects.filter(action="check").count() == 2


def test_texts_are_kept_for_every_language(own: Portal) -> None:
    own.as_("operator").post("/provider/checks")
    client = own.as_("auditor")
    client.person.language = "vi"
    client.person.save()
    assert "chuỗi nhật ký" in client.get("/provider/checks").content.decode().casefold()


def test_what_ran_when_the_server_stopped_is_told(own: Portal) -> None:
    client = own.as_("operator")
    attempt = Attempt.objects.create(user=client.person, files=["charges.csv"])
    Inspection.objects.create(user=client.person)
    page = client.get(f"/provider/loads/attempts/{attempt.pk}").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "Everything is being looked at" in client.get("/provider/checks").content.decode()
    end_abandoned()
    assert (
        "the server stopped before this ended" in client.get(f"/provider/loads/attempts/{attempt.pk}").content.decode()
    )
    assert "The check did not end" in client.get("/provider/checks").content.decode()


def test_partners_are_found_whatever_their_diacritics(portal: Portal) -> None:
    client = portal.as_("auditor")
    page = client.get("/provider/partners").content.decode()
    assert page.count('?partner=partner-01"') >= 3
    found = client.get("/provider/partners?q=dai+ly").content.decode()
    assert 0 < found.count("<tr>") < page.count("<tr>")
    assert "No partner is called like this" in client.get("/provider/partners?q=xyzzy").content.decode()


def test_files_go_where_no_load_sweeps_them(own: Portal) -> None:
    """A load beside an upload sweeps what killed processes left, and spares what a request holds."""
    with own.home.scratch() as folder:
        (folder / "0").mkdir()
        (folder / "0" / "charges.csv").write_text("half of it", encoding="utf-8")
        with own.home.load_lock():
            pass
        assert (folder / "0" / "charges.csv").exists()


def test_the_forms_files_are_any_that_loads_take(own: Portal, tmp_path: Path) -> None:
    del tmp_path
    page = own.as_("operator").get("/provider/loads/new").content.decode()
    assert 'accept=".csv,.parquet,.xlsx,.jsonl,.ndjson"' in page
