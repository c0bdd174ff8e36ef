"""What is not there, not allowed, or broken is told on a page of the portal's own, in the reader's language."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.portal.homes import Portal


@pytest.mark.parametrize(("language", "said"), [("en", "There is nothing here"), ("vi", "Không có gì ở đây")])
def test_what_is_not_there(portal: Portal, language: str, said: str) -> None:
    answer = portal.as_("partner_member", "P").get("/nowhere", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert said in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(portal: Portal) -> None:
    person = portal.person("partner_member", "P")
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/settings", {"language": "vi"})
    assert answer.status_code == 403
    assert "This form was too old" in answer.content.decode()
    assert "style=" not in answer.content.decode()
    person.refresh_from_db()
    assert person.language == ""


def test_what_breaks_is_told_in_a_sentence(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> None:
        raise RuntimeError("secret of the code")

    monkeypatch.setattr("sodu.entrances.web.views.reports.ask", broken, raising=False)
    monkeypatch.setattr("sodu.entrances.web.report_page.ask", broken, raising=False)
    client = portal.as_("partner_member", "P")
    client.raise_request_exception = False
    answer = client.get("/reports/credit-total")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    assert "secret of the code" not in answer.content.decode()
