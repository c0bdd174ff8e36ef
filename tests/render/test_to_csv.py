"""CSV: exact, and harmless in a spreadsheet."""

import csv
import json
from io import BytesIO, StringIO

import pytest

from sodu.render import to_csv
from sodu.render.options import Options
from sodu.reports.column import Column, Kind
from sodu.values.text import Text
from tests.render.answers import HOSTILE, LISTING, answer, listing_rows
from tests.render.test_to_json import as_json

TEXTS = (Kind.ID, Kind.TEXT, Kind.CHOICE, Kind.CURRENCY, Kind.BUCKET)


def written(table, **options) -> str:
    out = BytesIO()
    to_csv.write(table, out, Options(**options))
    return out.getvalue().decode()


def looks_like_a_formula(text: str) -> bool:
    return text.lstrip(" \t\n\v\f\r")[:1] in tuple("=+-@＝＋－＠") or text[:1] in ("\t", "\r", "\n")


def test_every_value() -> None:
    rows = listing_rows(200)
    names, *lines = csv.reader(StringIO(written(answer(rows, size=17)), newline=""))
    assert names == [column.name for column in LISTING]
    assert len(lines) == 200
    for row, line in zip(rows, lines, strict=True):
        for column, field in zip(LISTING, line, strict=True):
            expected = as_json(column, row, "Asia/Ho_Chi_Minh")
            text = "" if expected is None else str(expected)
            guard = "'" if column.kind in TEXTS and text and looks_like_a_formula(text) else ""
            assert field == guard + text


def test_only_texts_are_guarded_and_none_is_left_out() -> None:
    columns = (Column("name", Text("Name"), Kind.TEXT),)
    rows = [{"name": text, "currency": "VND", "amount": 0} for text in HOSTILE]
    lines = list(csv.reader(StringIO(written(answer(rows, columns)), newline="")))[1:]
    assert [
        line[0].removeprefix("'") if looks_like_a_formula(text) else line[0]
        for line, text in zip(lines, HOSTILE, strict=True)
    ] == HOSTILE
    assert not any(looks_like_a_formula(line[0]) for line in lines)
    assert "\n-7," not in written(answer(listing_rows(10)))
    assert ",-7," in written(answer(listing_rows(10)))


def test_missing_differs_from_empty() -> None:
    columns = (Column("a", Text("A"), Kind.TEXT), Column("b", Text("B"), Kind.TEXT))
    rows = [{"a": "", "b": None, "currency": "VND", "amount": 0}, {"a": None, "b": "", "currency": "VND", "amount": 0}]
    assert written(answer(rows, columns)) == 'a,b\n"",\n,""\n'


def test_lines_end_with_lf_and_the_mark_comes_first() -> None:
    text = written(answer([]), bom=True)
    assert text == "\ufeff" + ",".join(column.name for column in LISTING) + "\n"


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_metadata_says_what_the_file_cannot(language: str) -> None:
    table = answer(listing_rows(5))
    written(table)
    out = BytesIO()
    to_csv.write_metadata(table, out, "answer.csv", Options(language=language))
    document = json.loads(out.getvalue())
    assert document["url"] == "answer.csv"
    assert document["sodu:answer"]["sha256"] == table.sha256
    assert [column["name"] for column in document["tableSchema"]["columns"]] == [column.name for column in LISTING]
