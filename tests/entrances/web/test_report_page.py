"""The report pages: every report, every condition, what is refused, and what is sent."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.http import QueryDict

from sodu.entrances.web.chips import LABELS, NOT_CHOSEN
from sodu.entrances.web.picking import Words, picked
from sodu.people.audit.models import Event
from sodu.reports.catalog import BY_SLUG, REPORTS
from sodu.values.folding import fold

SLUGS = [report.slug for report in REPORTS]
OCTOBER = "period=2026-10"


class _Links(HTMLParser):
    """The addresses on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


def links(text: str) -> list[str]:
    parser = _Links()
    parser.feed(text)
    return parser.found


def read(client, address: str, status: int = 200, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_report_has_a_page(portal, slug: str) -> None:
    text = read(portal.as_("partner_member", "P"), f"/reports/{slug}?{OCTOBER}")
    assert "<table" in text
    assert "SHA-256" in text
    assert " style=" not in text
    assert not re.search(r"<[^>]+ on[a-z]+=", text)


@pytest.mark.parametrize("slug", ["credit-usage", "discount-partner", "revenue-by-account"])
def test_every_link_of_a_page_within_the_report_is_answered(portal, slug: str) -> None:
    client = portal.as_("operator")
    found = sorted({href for href in links(read(client, f"/reports/{slug}?{OCTOBER}")) if href.startswith("?")})
    assert len(found) > 20
    for href in found[::3]:
        read(client, f"/reports/{slug}{href}")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_condition_opens_by_a_link_as_it_does_in_place(portal, slug: str) -> None:
    client = portal.as_("operator")
    closed = read(client, f"/reports/{slug}?{OCTOBER}")
    opening = sorted({href for href in links(closed) if "open=" in href})
    assert {name for href in opening if (name := QueryDict(href[1:])["open"])} == {
        "columns", "partner", *(name for name in BY_SLUG[slug].conditions if name in LABELS and name not in NOT_CHOSEN),
    }  # fmt: skip
    for href in opening:
        assert " open>" not in closed
        part = read(client, f"/reports/{slug}/condition{href}", **{"HX-Request": "true"}).strip()
        assert " open>" in part
        assert part in read(client, f"/reports/{slug}{href}")


@pytest.mark.parametrize("words", ["", "open=nonsense", "open=status", "open=partner"])
def test_a_condition_that_is_not_there_does_not_open(portal, words: str) -> None:
    read(portal.as_("partner_member", "P"), f"/reports/credit-total/condition?{words}", status=404)


def test_the_worked_example_stands_on_the_page(portal) -> None:
    text = read(portal.as_("partner_member", "P"), f"/reports/credit-total?{OCTOBER}")
    for figure in ("3,100", "4,350", "3,200", "1,250"):
        assert figure in text
    assert "Internal transfers eliminated" in text


def test_a_form_leads_to_the_question_that_it_means(portal) -> None:
    client = portal.as_("partner_member", "P")
    address = "/reports/credit-total?currency=VND&picked=period&period_from=2026-10-01&period_to=2026-10-31"
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == "/reports/credit-total?period=2026-10-01..2026-10-31&currency=VND"


@pytest.mark.parametrize(
    "asked, text",
    [
        ("picked=account&account=C1&account=C2&after=x&start=101", "account=C1&account=C2"),
        ("picked=account&account=C1&find=dong&open=account", "account=C1&open=account&find=dong"),
        ("picked=compare&compare=previous&columns=account_id,used",
         "compare=previous&columns=account_id,used,used_before,used_change,used_change_rate"),
        ("picked=by&by=month&columns=account_id,used", "by=month&columns=month,account_id,used"),
        ("picked=columns&show=used&show=account_id&move=down:used", "columns=account_id,used&open=columns"),
    ],
)  # fmt: skip
def test_what_is_picked(asked: str, text: str) -> None:
    words = picked(BY_SLUG["credit-total"], Words.of(QueryDict(asked)))
    assert words is not None
    assert words.text == text


def test_a_part_is_sent_where_a_part_is_asked_for(portal) -> None:
    client = portal.as_("partner_member", "P")
    address = "/reports/credit-total?picked=period&period=2026-10"
    response = client.get(address, headers={"HX-Request": "true", "HX-Target": "report"})
    text = response.content.decode()
    assert response.headers["HX-Push-Url"] == "/reports/credit-total?period=2026-10"
    assert "<html" not in text
    assert 'hx-swap-oob="innerHTML:#live"' in text


@pytest.mark.parametrize("words", ["period=octobre", "currency=dong", "by=hour", "nonsense=1", "account=nobody"])
def test_a_refused_question_keeps_the_page(portal, words: str) -> None:
    text = read(portal.as_("partner_member", "P"), f"/reports/credit-total?{words}", status=400)
    assert 'role="alert"' in text
    assert 'id="chip-period"' in text
    assert Event.objects.filter(action="view", outcome="refused", object="credit-total").exists()


def test_a_foreign_account_is_refused_as_an_unknown_one(portal) -> None:
    client = portal.as_("partner_member", "P")
    foreign = read(client, f"/reports/credit-total?{OCTOBER}&account=acc-00053", status=400)
    unknown = read(client, f"/reports/credit-total?{OCTOBER}&account=acc-99999", status=400)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", foreign).replace("acc-00053", "acc-99999") == token.sub("", unknown)


def test_an_answer_that_is_kept_is_shown_to_nobody_who_may_not_see_it(portal) -> None:
    address = f"/reports/credit-total?{OCTOBER}"
    member, other, everyone = (
        portal.as_("partner_member", "P"),
        portal.as_("partner_member", "partner-01"),
        portal.as_("operator"),
    )
    for _time in range(2):
        assert "<small>C2</small>" in read(member, address)
        assert "<small>C2</small>" not in read(other, address)
        assert "<small>C2</small>" in read(everyone, address)
    member.person.account_limits.create(account_id="C1")
    limited = read(member, address)
    assert "<small>C1</small>" in limited
    assert "<small>C2</small>" not in limited
    member.person.account_limits.all().delete()
    assert "<small>C2</small>" in read(member, address)


def test_accounts_are_found_without_their_diacritics(portal) -> None:
    text = read(portal.as_("operator"), "/reports/accounts?find=dong")
    assert fold("Đông Á") == "dong a"
    assert "checkbox" in text
    own = read(portal.as_("partner_member", "P"), "/reports/accounts?find=")
    assert "acc-" not in own
    assert 'value="C1"' in own


def test_an_empty_answer_says_what_to_widen(portal) -> None:
    text = read(portal.as_("partner_member", "P"), "/reports/credit-topped-up?period=2020-10&currency=VND")
    assert "?period=2020&amp;currency=VND" in text
    assert "?period=2020-10" in links(text)


def test_groups_bear_the_figures_of_the_report_without_them(portal) -> None:
    client = portal.as_("partner_member", "P")
    text = read(client, "/reports/credit-total?period=2026-Q4&by=month")
    assert 'class="folds"' in text
    by_account = read(client, "/reports/credit-total?period=2026-Q4&by=month&sort=currency,account_id")
    assert by_account.count('<tr class="group">') == 3


def test_pages_are_packed_with_a_length_that_tells_little(portal) -> None:
    client = portal.as_("operator")
    answers = [client.get(f"/reports/credit-total?{OCTOBER}", headers={"Accept-Encoding": "gzip"}) for _ in range(4)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert all("<table" in gzip.decompress(answer.content).decode() for answer in answers)
    assert len({len(answer.content) for answer in answers}) > 1
    assert max(len(answer.content) for answer in answers) <= 25_000


def test_rows_are_searched_for_in_a_field_that_keeps_the_question(portal) -> None:
    client = portal.as_("operator")
    page = read(client, f"/reports/credit-usage?{OCTOBER}&account_type=customer&search=c1")
    assert '<input type="search" id="search" name="search" value="c1"' in page
    assert '<input type="hidden" name="account_type" value="customer">' in page
    assert "chart-slot" not in page
    assert "chart-slot" in read(client, f"/reports/credit-usage?{OCTOBER}")
    again = client.get(f"/reports/credit-usage?{OCTOBER}&search=&picked=search")
    assert (again.status_code, "search" in again["Location"]) == (302, False)
    empty = read(client, f"/reports/credit-usage?{OCTOBER}&search=nothing")
    assert "Without Search: nothing" in empty
