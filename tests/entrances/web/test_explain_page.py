"""What explains a figure, the charts and the overview, as people ask for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape

import pytest

from sodu.entrances.web.asking import Asked
from sodu.entrances.web.leading import leads_to
from sodu.reports.catalog import REPORTS, report_of
from sodu.reports.column import Column, Kind
from sodu.reports.conditions import parse
from sodu.reports.report import Report
from sodu.reports.run import run
from sodu.reports.scope import Scope
from tests.portal import homes
from tests.reports.worked import NOW

OCTOBER = {"period": "2026-10", "currency": "VND"}
FIGURES = (Kind.MONEY, Kind.COUNT, Kind.RATE, Kind.CHANGE_RATE)


def links(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', html)]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_a_figure_is_explained_to_its_rows_and_batches(portal: homes.Portal) -> None:
    client = portal.as_("partner_member", "P")
    page = client.get(
        "/explain/credit-total", OCTOBER | {"measure": "used", "back": "/reports/credit-total?period=2026-10"}
    )
    html = page.content.decode()
    assert page.status_code == 200
    assert "1,900" in html
    assert "✓" in html
    assert "✗" not in html
    assert "credit_entries.csv" not in html, "files and who loads them are the provider's to know"
    theirs = portal.as_("operator").get("/explain/credit-total", OCTOBER | {"measure": "used", "partner": "P"})
    assert "credit_entries.csv" in theirs.content.decode()
    assert '<a href="/reports/credit-total?period=2026-10">' in html, "the way back"
    listed = next(link for link in links(html) if link.startswith("/reports/credit-usage?"))
    assert "kind=usage" in listed
    assert "back=" in listed
    assert client.get(listed).status_code == 200


def test_every_part_leads_on(portal: homes.Portal) -> None:
    client = portal.as_("partner_admin", "P")
    html = client.get("/explain/credit-total", OCTOBER | {"measure": "closing"}).content.decode()
    parts = [link for link in links(html) if link.startswith("/explain/credit-total?")]
    assert len(parts) == 9
    for part in parts:
        assert client.get(part).status_code == 200
        assert len(part) < 2500


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_the_provider_may_narrow_to_a_partner(portal: homes.Portal, role: str) -> None:
    asked = OCTOBER | {"measure": "used", "partner": "P"}
    html = portal.as_(role).get("/explain/credit-total", asked).content.decode()
    assert "1,900" in html
    rows = next(link for link in links(html) if link.startswith("/reports/credit-usage?"))
    assert "partner=P" in rows


def test_what_is_foreign_is_as_unknown_as_none(portal: homes.Portal) -> None:
    client = portal.as_("partner_member", "P", ("C1",))
    said = set()
    for account in ("C2", "partner-01-own-1", "nobody"):
        for words in ({"account_id": account}, {"account": account}):
            page = client.get("/explain/credit-total", OCTOBER | {"measure": "used"} | words)
            assert page.status_code == 400
            body = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
            said.add(body.replace(account, "…"))
    assert len(said) == 1


@pytest.mark.parametrize(
    "words",
    [{"measure": "gross"}, {}, {"measure": "used", "period": "soon"}, {"measure": "used", "partner": "partner-01"},
     {"measure": "used", "bucket": "this-month"}],
)  # fmt: skip
def test_ill_formed_questions_are_refused_in_a_sentence(portal: homes.Portal, words: dict[str, str]) -> None:
    assert portal.as_("partner_member", "P").get("/explain/credit-total", OCTOBER | words).status_code == 400


def test_no_address_leads_elsewhere(portal: homes.Portal) -> None:
    client = portal.as_("partner_member", "P")
    for back in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        html = client.get("/explain/credit-total", OCTOBER | {"measure": "used", "back": back}).content.decode()
        assert not [link for link in links(html) if link.startswith(("//", "http", "javascript"))]


def answer(portal: homes.Portal, report: Report, **asked: str) -> tuple[Asked, object]:
    conditions = parse(report, {name: [value] for name, value in asked.items()}, NOW.date())
    scope = Scope.partner("P")
    return Asked(report, conditions, scope, None), run(report, conditions, scope, portal.serving, NOW)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_total_leads_to_what_explains_it(portal: homes.Portal, report: Report) -> None:
    client = portal.as_("partner_member", "P")
    asked, table = answer(portal, report, period="2026-10", currency="VND")
    total = table.totals[0]
    for column in table.total_columns:
        if column.kind not in FIGURES or total[column.name] is None:
            continue
        href = leads_to(asked, column, total)
        assert href, column.name
        page = client.get(href)
        assert page.status_code == 200, href
        shown = {f"{Decimal(total[column.name]):,.0f}", f"{Decimal(total[column.name]) * 100:,.2f}%"}
        assert any(text.replace("-", "−") in text_of(page.content.decode()) for text in shown), column.name


@pytest.mark.parametrize("slug", ["credit-total", "revenue-by-service", "revenue-by-account"])
def test_every_row_leads_to_what_explains_it(portal: homes.Portal, slug: str) -> None:
    client = portal.as_("partner_member", "P")
    asked, table = answer(portal, report_of(slug), period="2026-10", compare="previous", by="month")
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    followed = 0
    for column in table.columns:
        href = leads_to(asked, column, rows[0])
        if column.kind in FIGURES and rows[0][column.name] is not None:
            assert href, column.name
            assert client.get(href).status_code == 200, href
            followed += 1
        elif column.name.endswith(("_id", "_name")):
            assert href
            assert href.startswith(f"/reports/{slug}?")
            assert client.get(href).status_code == 200
        else:
            assert href is None
    assert followed > 10


def test_facts_lead_to_nothing_more(portal: homes.Portal) -> None:
    for slug in ("credit-usage", "revenue-detail"):
        asked, table = answer(portal, report_of(slug), period="2026-10")
        row = next(row for batch in table.batches for row in batch.to_pylist())
        money = next(column for column in table.columns if column.kind is Kind.MONEY)
        assert leads_to(asked, money, row) is None
        assert leads_to(asked, Column("currency", money.label, Kind.CURRENCY), row) is None


def test_what_a_discount_did_leads_to_what_explains_it(portal: homes.Portal) -> None:
    client = portal.as_("partner_member", "P")
    asked, table = answer(portal, report_of("discount-customer"), period="2026-10")
    row = next(row for batch in table.batches for row in batch.to_pylist() if row["discount_id"] == "DC1")
    money = next(column for column in table.columns if column.kind is Kind.MONEY)
    href = leads_to(asked, money, row)
    assert href
    assert client.get(href).status_code == 200
    assert leads_to(asked, Column("currency", money.label, Kind.CURRENCY), row) is None


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_charts_come_whole_and_in_part(portal: homes.Portal, report: Report) -> None:
    client = portal.as_("partner_member", "P")
    whole = client.get(f"/reports/{report.slug}/chart", {"period": "2026-10"})
    part = client.get(f"/reports/{report.slug}/chart", {"period": "2026-10"}, headers={"HX-Request": "true"})
    assert (whole.status_code, part.status_code) == (200, 200)
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b"<figure" in part.content
    assert client.get(f"/reports/{report.slug}/chart", {"period": "soon"}).status_code == 400


def test_the_overview_s_figures_are_the_reports_own(portal: homes.Portal) -> None:
    client = portal.as_("partner_member", "P")
    html = client.get("/", {"period": "2026-10", "currency": "VND"}).content.decode()
    _asked, credit = answer(portal, report_of("credit-total"), **OCTOBER)
    _asked, sales = answer(portal, report_of("revenue-by-account"), **OCTOBER)
    for value in (credit.totals[0]["topped_up"], credit.totals[0]["used"], sales.totals[0]["sales"]):
        assert f">{value:,.0f}</a>" in html
    for href in sorted(set(links(html))):
        if href.startswith(("/reports/", "/explain/")) and "back=" not in href[:60]:
            assert client.get(href).status_code == 200, href
    assert "style=" not in html


def test_the_overview_is_of_what_the_reader_may_see(portal: homes.Portal) -> None:
    limited = portal.as_("partner_member", "P", ("C2",)).get("/", OCTOBER).content.decode()
    assert "C2" in limited
    # A form's token is drawn at random, and may spell anything.
    assert "C1" not in re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", limited)
    assert "partner-01" not in portal.as_("partner_admin", "P").get("/", {"period": "2026"}).content.decode()
    assert portal.as_("partner_admin", "P").get("/", {"partner": "partner-01"}).status_code == 400
    assert "partner-01" in portal.as_("operator").get("/", {"partner": "partner-01"}).content.decode()


def test_an_empty_home_says_what_to_do(own_portal: Callable[..., homes.Portal]) -> None:
    page = own_portal().as_("operator").get("/")
    assert page.status_code == 200
    assert "sodu --home" in page.content.decode()


def test_what_is_looked_at_is_written_down(portal: homes.Portal) -> None:
    from sodu.people.audit.models import Event

    client = portal.as_("partner_member", "P")
    client.get("/explain/credit-total", OCTOBER | {"measure": "used", "account_id": "C1"})
    event = Event.objects.get(action="explain")
    assert (event.object, event.detail) == ("credit-total", {"measure": "used", "account_id": "C1"})
    client.get("/explain/credit-total", OCTOBER | {"measure": "used", "account_id": "nobody"})
    assert [event.outcome for event in Event.objects.filter(action="explain").order_by("pk")] == ["done", "refused"]
    client.get("/")
    assert Event.objects.filter(action="view", object="overview").count() == 1
