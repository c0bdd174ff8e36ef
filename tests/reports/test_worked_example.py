"""Every answer of the worked example, from every format, read back as its users would."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from sodu.render.formats import FORMATS
from sodu.render.language import number, translate
from sodu.render.options import Options
from sodu.render.to_csv import write_metadata
from sodu.reports.catalog import report_of
from sodu.reports.column import Column, Kind
from sodu.reports.table import ResultTable
from sodu.values.money import exponent, plain
from tests.in_process import InProcess, in_process
from tests.reports.worked import CASES, FOLDER, NOW, Case

Rows = list[dict[str, Any]]
Read = Callable[[bytes, ResultTable], tuple[Rows, Rows]]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    with in_process(tmp_path_factory.mktemp("worked") / "home", NOW) as loaded:
        loaded.load(FOLDER)
        yield loaded


def _json(made: bytes, _table: ResultTable) -> tuple[Rows, Rows]:
    answer = json.loads(made)
    return answer["rows"], answer["totals"]


def _csv(made: bytes, table: ResultTable) -> tuple[Rows, Rows]:
    beside = io.BytesIO()
    write_metadata(table, beside, "answer.csv", Options())
    totals = next(value for value in _values(json.loads(beside.getvalue())) if _is_totals(value))
    return list(csv.DictReader(io.StringIO(made.decode()))), totals


def _parquet(made: bytes, _table: ResultTable) -> tuple[Rows, Rows]:
    file = pq.ParquetFile(io.BytesIO(made))
    texts = (file.metadata.metadata or {}).values()
    totals = next(value for text in texts for value in _values(_parsed(text)) if _is_totals(value))
    return file.read().to_pylist(), totals


def _xlsx(made: bytes, table: ResultTable) -> tuple[Rows, Rows]:
    book = openpyxl.load_workbook(io.BytesIO(made), data_only=True)
    lines = [[cell.value for cell in line] for line in book["Report"].iter_rows()]
    rows = [
        dict(zip((column.name for column in table.columns), line, strict=False))
        for line in lines[1 : 1 + table.row_count]
    ]
    conditions = [[cell.value for cell in line] for line in book["Conditions"].iter_rows()]
    labels = [translate(column.label, "en") for column in table.total_columns]
    start = next(index for index, line in enumerate(conditions) if line[: len(labels)] == labels)
    names = [column.name for column in table.total_columns]
    totals = [dict(zip(names, line, strict=False)) for line in conditions[start + 1 : start + 1 + len(table.totals)]]
    return rows, totals


def _values(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(inner)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_totals(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "account_type" in value[0]


READERS: dict[str, Read] = {"json": _json, "csv": _csv, "parquet": _parquet, "xlsx": _xlsx}


def said(value: Any) -> str:
    """A read-back value as the worked example writes it; a workbook's number is the nearest double."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return str(value)


def is_same(found: Any, expected: str | int, *, lossy: bool) -> bool:
    if said(found).casefold().replace(" ", "_") == str(expected):
        return True
    # Spreadsheets compute with 15 digits.
    return lossy and isinstance(found, (int, float)) and float(found) == float(expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("slug", READERS)
def test_each_answer_stands_in_each_format(product: InProcess, case: Case, slug: str) -> None:
    table = product.table(case.slug, case.asked)
    out = io.BytesIO()
    FORMATS[slug].write(table, out, Options())
    rows, totals = READERS[slug](out.getvalue(), table)
    assert case.row_count is None or len(rows) == case.row_count == table.row_count
    assert all(check.ok for check in table.checks)
    key = report_of(case.slug).columns[0].name
    for ids, expected in case.rows.items():
        (row,) = [row for row in rows if row[key] == ids[0]]
        _compare(row, expected, lossy=slug == "xlsx")
    if case.total:
        asked = case.asked.get("account_type", "both")
        (total,) = [t for t in totals if said(t["account_type"]).casefold() == asked and t["currency"] == "VND"]
        _compare(total, case.total, lossy=slug == "xlsx")


def _compare(found: Mapping[str, Any], expected: Mapping[str, str | int], *, lossy: bool) -> None:
    wrong = {
        name: (found[name], value) for name, value in expected.items() if not is_same(found[name], value, lossy=lossy)
    }
    assert not wrong


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_answer_stands_in_the_table(product: InProcess, case: Case, language: str) -> None:
    table = product.table(case.slug, case.asked)
    out = io.BytesIO()
    FORMATS["table"].write(table, out, Options(language=language))
    text = out.getvalue().decode()
    columns = {column.name: column for column in (*table.columns, *table.total_columns)}
    currency = case.asked["currency"]
    for expected in (*case.rows.values(), case.total):
        for name, value in expected.items():
            assert _shown(columns[name], value, currency, language) in text, name


def _shown(column: Column, value: str | int, currency: str, language: str) -> str:
    """A value as people read it: money by its currency's decimals, words translated."""
    match column.kind:
        case Kind.MONEY:
            return number(Decimal(value), language, exponent(currency))
        case Kind.CHOICE:
            return translate(dict(column.choices)[str(value)], language)
        case Kind.DAY:
            return str(value) if language == "en" else f"{date.fromisoformat(str(value)):%d/%m/%Y}"
        case Kind.RATE:
            return number(Decimal(value) * 100, language)
        case _:
            return str(value)
