"""For questions at random, page, API, command line, CSV, workbook and Parquet hold the same rows, totals and hash.

SODU_CASES says how many questions are asked.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pyarrow.parquet as pq
import pytest

from sodu.entrances.commands.main import main
from sodu.reports.catalog import BY_SLUG
from tests.portal.homes import DEMO_PARTNERS, Portal

CASES = int(os.environ.get("SODU_CASES", "10"))
PERIODS = ("2026-10", "2026-Q3", "2026", "this-month", "last-30-days", "2026-09-10..2026-10-09", "2026-W41")


@pytest.fixture(scope="module")
def copied(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record alone, for commands."""
    ignored = shutil.ignore_patterns("*.duckdb*", "*.sock", "tmp", "test.sqlite*", "static", "exports")
    return Path(shutil.copytree(served.home.path, tmp_path_factory.mktemp("copied") / "home", ignore=ignored))


def question(number: int) -> tuple[str, str, list[tuple[str, str]]]:
    """A partner, a report, and conditions that it has."""
    chance = random.Random(f"question {number}")
    report = BY_SLUG[chance.choice(list(BY_SLUG))]
    offered: dict[str, list[str]] = {
        "account_type": ["partner", "customer", "both"],
        "currency": ["VND", "USD"],
        "status": ["active", "expired", "rejected"],
        "compare": ["previous", "year", "2025-10"],
        "by": ["day", "week", "month", "quarter"],
        "show_zero": ["yes"],
        "search": ["cong ty", "vserver", "1"],
        "sort": [f"-{report.columns[0].name}", report.columns[0].name],
        "columns": [",".join(chance.sample([column.name for column in report.columns], 4))],
    }
    words = [("period", chance.choice(PERIODS))]
    for name in report.conditions:
        if name in offered and chance.random() < 0.4:
            words.append((name, chance.choice(offered[name])))
    return chance.choice(("P", *DEMO_PARTNERS)), report.slug, words


@pytest.mark.slow
@pytest.mark.parametrize("number", range(CASES))
def test_every_rendering_holds_the_same(portal: Portal, copied: Path, tmp_path: Path, number: int) -> None:
    partner, slug, words = question(number)
    headers = {"Authorization": f"Bearer {portal.token('partner_member', partner)}"}

    def asked(*more: tuple[str, str]) -> Any:
        answer = portal.anyone().get(f"/api/v1/reports/{slug}?{urlencode([*words, *more])}", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer

    whole = asked(("limit", "20000")).content
    said = json.loads(whole)
    assert whole == _command(copied, partner, slug, [*words, ("limit", "20000")], tmp_path)
    assert _pages(asked, said) == said["rows"]
    assert _csv(asked(("format", "csv")).content) == _texts(said)
    assert _parquet(asked(("format", "parquet"))) == (said["row_count"], said["sha256"])
    assert _workbook(asked(("format", "xlsx")).content, said)
    assert _page(portal, partner, slug, words) == said["row_count"]


def _command(home: Path, partner: str, slug: str, words: list[tuple[str, str]], folder: Path) -> bytes:
    out = folder / "answer.json"
    options = [part for name, value in words for part in (f"--{name.replace('_', '-')}", value)]
    arguments = ["report", slug, "--partner", partner, *options, "--format", "json", "--output", str(out)]
    assert main(["--home", str(home), *arguments]) == 0
    return out.read_bytes()


def _pages(asked: Any, said: dict[str, Any]) -> list[Any]:
    """The rows, page by page; the totals of each are those of all."""
    rows, after = [], ()
    size = max(3, said["row_count"] // 5 + 1)
    while True:
        page = json.loads(asked(("limit", str(size)), *after).content)
        assert (page["totals"], page["row_count"]) == (said["totals"], said["row_count"])
        rows += page["rows"]
        if page["next"] is None:
            return rows
        after = (("after", page["next"]),)


def _texts(said: dict[str, Any]) -> list[list[str]]:
    """The rows as CSV has them."""
    names = [column["name"] for column in said["columns"]]
    return [["" if row[name] is None else str(row[name]) for name in names] for row in said["rows"]]


def _csv(content: bytes) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    # A text that a spreadsheet would take for a formula has an apostrophe before it.
    return [[re.sub(r"^'(?=\s*[=+\-@])", "", cell) for cell in row] for row in rows]


def _parquet(answer: Any) -> tuple[int, str]:
    return pq.read_table(io.BytesIO(answer.content)).num_rows, answer.headers["Sodu-Sha256"]


def _workbook(content: bytes, said: dict[str, Any]) -> bool:
    """Whether the sheet of rows holds them all, and each of their figures."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet = book["Data"] if "Data" in book.sheetnames else book["Report"]
    rows = list(sheet.iter_rows(values_only=True))
    found = rows[1 : 1 + said["row_count"]]
    if "Data" in book.sheetnames:
        assert len(rows) - 1 == said["row_count"]
    assert len(found) == said["row_count"]
    for place, column in enumerate(said["columns"]):
        if column["kind"] in ("money", "count"):
            for row, answer in zip(found, said["rows"], strict=True):
                assert _is_same(row[place], answer[column["name"]]), (column, row, answer)
    return True


def _is_same(shown: Any, value: Any) -> bool:
    """Whether a cell holds a figure, in the 15 digits that Excel has."""
    if value is None or shown is None:
        return value is None and shown is None
    return abs(Decimal(str(shown)) - Decimal(str(value))) <= abs(Decimal(str(value))) / 10**14


def _page(portal: Portal, partner: str, slug: str, words: list[tuple[str, str]]) -> int:
    """How many rows the page says there are."""
    answer = portal.as_("partner_member", partner).get(f"/reports/{slug}?{urlencode(words)}")
    assert answer.status_code == 200
    table = answer.context["table"] if answer.context and "table" in answer.context else None
    assert table is not None, "the page's table is in its context"
    return int(table.row_count)
