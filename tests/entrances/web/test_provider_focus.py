"""Loading FOCUS data from a page."""

from __future__ import annotations

import csv

from django.test import Client

from sodu.people.loads.models import Attempt
from tests.entrances.web.test_provider import at_once, file, own, text_of
from tests.portal.homes import EXAMPLE, Portal

__all__ = ["at_once", "own"]

FOCUS = EXAMPLE.parent / "focus" / "october.csv"


def focus(client: Client, accounts: str, **words: str) -> str:
    """The page after FOCUS data was sent, its accounts' partners beside it."""
    form = {
        "files": [file("october.csv", FOCUS.read_text())],
        "accounts": file("whose.csv", accounts),
        "source": "focus",
    }
    return client.post("/provider/loads/new", form | words, follow=True).content.decode()


def test_focus_data_says_whose_accounts_are_and_where_amounts_come_from(own: Portal) -> None:
    client = own.as_("operator")
    rows = list(csv.DictReader(FOCUS.read_text().splitlines()))
    accounts = {row["BillingAccountId"] if row["SubAccountId"] == "NULL" else row["SubAccountId"] for row in rows}
    whose = "account,partner\n" + "".join(f"{account},P\n" for account in sorted(accounts))
    page = focus(client, whose, map="customer_amount=ContractedCost, list_amount=ContractedCost")
    assert "Done" in text_of(page)
    attempt = Attempt.objects.get()
    assert attempt.options == {
        "source": "focus", "accounts": "whose.csv", "map": "customer_amount=ContractedCost, list_amount=ContractedCost"
    }  # fmt: skip
    assert attempt.files == ["october.csv"]
    answer = client.get("/api/v1/reports/revenue-detail?period=2026-10&currency=USD&partner=P", headers={
        "Authorization": f"Bearer {own.token('operator')}"}).json()  # fmt: skip
    assert answer["rows"]
    assert all(row["list"] == row["sales"] == row["cost"] for row in answer["rows"])


def test_focus_data_whose_accounts_nobody_names_is_refused(own: Portal) -> None:
    client = own.as_("operator")
    assert "must be a CSV file of account and partner" in text_of(focus(client, "a,b\n1,2\n"))
    assert "is no name=value" in text_of(focus(client, "account,partner\n", map="customer_amount"))
    assert "cannot be mapped" in text_of(focus(client, "account,partner\nx,P\n", map="tax=ListCost"))
