"""The reports by API: the bytes of the command line, pages by key, formats, and tags of what did not change."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from sodu.entrances.commands.main import main
from sodu.people.audit.models import Event
from sodu.reports.catalog import BY_SLUG
from sodu.values import limits
from tests.entrances.api.asking import Asker
from tests.portal.homes import Portal

OCTOBER = "period=2026-10"


def test_the_catalogue_says_all_reports_in_the_asked_language(member: Asker) -> None:
    english = member.json("/api/v1/reports")["reports"]
    vietnamese = member.json("/api/v1/reports", Accept_Language="vi")["reports"]
    assert [report["slug"] for report in english] == list(BY_SLUG)
    assert [report["title"] for report in vietnamese][:2] == ["Báo cáo nạp credit", "Báo cáo sử dụng credit"]
    for report in english:
        declared = BY_SLUG[report["slug"]]
        assert [column["name"] for column in report["columns"]] == [column.name for column in declared.columns]
        assert [condition["name"] for condition in report["conditions"]] == list(declared.conditions)


@pytest.mark.parametrize("slug", BY_SLUG)
def test_json_is_that_of_the_command_line(
    member: Asker, portal: Portal, slug: str, capfdbinary: Any, tmp_path: Any
) -> None:
    asked = member(f"/api/v1/reports/{slug}?{OCTOBER}&account_type=both")
    out = tmp_path / "answer.json"
    words = [slug, "--partner", "P", "--period", "2026-10", "--limit", "100", "--format", "json", "--output", str(out)]
    assert main(["--home", str(_copied(portal, tmp_path)), "report", *words]) == 0
    assert asked.content == out.read_bytes()
    assert asked.headers["Content-Type"] == "application/json"


def test_all_conditions_are_taken(member: Asker) -> None:
    words = "account=C1&account=C2&service=vserver&currency=VND&compare=previous&by=day&sort=-sales&columns=day,sales"
    answer = member.json(f"/api/v1/reports/revenue-by-account?{OCTOBER}&{words}&as_known_at=6")
    assert answer["conditions"]["account"] == ["C1", "C2"]
    assert [column["name"] for column in answer["columns"]] == ["day", "sales"]


def test_pages_by_key_are_the_whole(member: Asker, portal: Portal) -> None:
    whole = member.json(f"/api/v1/reports/credit-usage?{OCTOBER}")
    rows, address = [], f"/api/v1/reports/credit-usage?{OCTOBER}&limit=2"
    for _page in range(20):
        answer = member(address)
        body = json.loads(answer.content)
        rows += body["rows"]
        assert len(body["rows"]) <= 2
        assert body["totals"] == whole["totals"]
        if body["next"] is None:
            break
        address = answer.headers["Link"].partition("<")[2].partition(">")[0]
    assert rows == whole["rows"]
    assert len(rows) == whole["row_count"]


def test_a_page_has_100_rows_unless_asked(operator: Asker) -> None:
    answer = operator.json("/api/v1/reports/revenue-detail?period=2024-01-01..2026-11-20")
    assert len(answer["rows"]) == limits.PAGE_ROWS_DEFAULT < answer["row_count"]
    assert answer["next"]


@pytest.mark.parametrize(
    ("by_word", "accept", "kind"),
    [
        ("csv", "*/*", "text/csv"),
        ("xlsx", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("parquet", "", "application/vnd.apache.parquet"),
        ("", "text/csv", "text/csv"),
        ("", "text/html, application/vnd.apache.parquet;q=0.5, */*;q=0.1", "application/vnd.apache.parquet"),
        ("", "application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("", "*/*", "application/json"),
        ("json", "text/csv", "application/json"),
    ],
)
def test_the_format_is_told_by_word_or_header(member: Asker, by_word: str, accept: str, kind: str) -> None:
    word = f"&format={by_word}" if by_word else ""
    answer = member(f"/api/v1/reports/credit-total?{OCTOBER}{word}", **({"Accept": accept} if accept else {}))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    is_file = kind != "application/json"
    assert ("attachment" in answer.headers.get("Content-Disposition", "")) == is_file


def test_files_hold_all_rows(member: Asker) -> None:
    address = f"/api/v1/reports/credit-usage?{OCTOBER}"
    whole = member.json(address)
    csv = member(f"{address}&format=csv")
    assert csv.content.count(b"\n") - 1 == whole["row_count"]
    assert csv.headers["Sodu-Sha256"] == whole["sha256"]
    assert member(f"{address}&format=csv&bom=yes").content == b"\xef\xbb\xbf" + csv.content
    assert pq.read_table(BytesIO(member(f"{address}&format=parquet").content)).num_rows == whole["row_count"]
    book = openpyxl.load_workbook(BytesIO(member(f"{address}&format=xlsx").content), read_only=True)
    assert len(book.sheetnames) >= 2


def test_too_many_rows_are_for_the_background(operator: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sodu.entrances.api.answering.EXPORT_STREAM_ROWS_MAX", 7)
    address = f"/api/v1/reports/credit-usage?{OCTOBER}&partner=P"
    assert operator(f"{address}&format=csv").status_code == 200
    monkeypatch.setattr("sodu.entrances.api.answering.EXPORT_STREAM_ROWS_MAX", 6)
    refused = operator(f"{address}&format=csv")
    assert (refused.status_code, json.loads(refused.content)["parameter"]) == (422, "limit")
    assert operator(f"{address}&format=csv&limit=6").status_code == 200


def test_a_tag_stands_for_the_answer(member: Asker) -> None:
    address = f"/api/v1/reports/credit-total?{OCTOBER}"
    tag = member(address).headers["ETag"]
    again = member(address, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert member(address, If_None_Match=f'"x", W/{tag}').status_code == 304
    others = [
        member(f"{address}&format=csv"),
        member(f"{address}&account=C1"),
        member(f"{address}&limit=2"),
        member(f"{address}&as_known_at=5"),
        member(address, Accept_Language="vi"),
    ]
    tags = {answer.headers["ETag"] for answer in others}
    assert len(tags) == len(others)
    assert tag not in tags
    assert member(address, If_None_Match=next(iter(tags))).status_code == 200


def test_what_is_seen_and_refused_is_written_down(member: Asker) -> None:
    member(f"/api/v1/reports/credit-total?{OCTOBER}")
    member(f"/api/v1/reports/credit-total?{OCTOBER}&format=csv")
    member("/api/v1/reports/credit-total?period=never")
    written = Event.objects.order_by("pk").values_list("action", "object", "outcome", "partner_id")
    assert [*written] == [
        ("view", "credit-total", "done", "P"),
        ("export", "credit-total", "done", "P"),
        ("view", "credit-total", "refused", "P"),
    ]


def test_a_figure_is_explained(member: Asker) -> None:
    answer = member.json(f"/api/v1/reports/credit-total/explain?{OCTOBER}&measure=used&currency=VND")
    assert (answer["value"], answer["rows_sum"], answer["row_count"]) == ("1900", "1900", 3)
    assert all(check["ok"] for check in answer["checks"])
    listed = member.json(answer["rows"][0]["href"])
    assert listed["row_count"] == answer["row_count"]
    assert "who" not in answer["batches"][0]


def _copied(portal: Portal, folder: Any) -> Any:
    """The record alone: the warehouse of the portal is its own process's."""
    import shutil

    copied = folder / "record"
    shutil.copytree(
        portal.home.path, copied, ignore=shutil.ignore_patterns("*.duckdb*", "*.sock", "tmp", "test.sqlite*")
    )
    return copied
