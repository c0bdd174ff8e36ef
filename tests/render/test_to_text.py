"""The table for terminals."""

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest

from sodu.render import to_text
from sodu.render.options import Options
from sodu.render.text_cells import safe, width
from sodu.reports.column import Column, Kind
from sodu.values.text import Text
from tests.render.answers import HOSTILE, LISTING, answer, listing_rows

NARROW = tuple(column for column in LISTING if column.name in ("account_id", "account_name", "currency", "amount"))
NAMES = (replace(NARROW[1], name="name"), *NARROW[2:])


def written(table, **options) -> str:
    out = BytesIO()
    to_text.write(table, out, Options(**options))
    return out.getvalue().decode()


@pytest.mark.parametrize("text_width", [None, 200, 100, 60, 20])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_commands_the_terminal(text_width: int | None, language: str) -> None:
    text = written(answer(listing_rows(60)), width=text_width, language=language)
    for character in text.replace("\n", ""):
        assert unicodedata.category(character) not in ("Cc", "Cs"), hex(ord(character))
        assert character not in "\u202e\u2066\u200f\ufeff"


def test_colour_only_where_it_is_asked_for() -> None:
    assert "\x1b" not in written(answer(listing_rows(5)))
    painted = written(answer(listing_rows(5)), color=True)
    assert set(re.findall("\x1b\\[[^m]*m", painted)) <= {f"\x1b[{code}m" for code in (0, 1, 2, 31, 32)}
    assert re.sub("\x1b\\[[0-9]+m", "", painted) == written(answer(listing_rows(5)))


def test_a_grid_is_aligned_and_fits() -> None:
    rows = [row | {"account_name": text} for row, text in zip(listing_rows(len(HOSTILE)), HOSTILE, strict=True)]
    lines = written(answer(rows, NARROW), width=70).split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith("Account "))
    grid = lines[start : start + 2 + len(rows)]
    assert max(width(line) for line in grid) <= 70
    ends = {width(line) for line in grid}
    assert len(ends) == 1, "figures stand last and end in one column"


def test_figures_are_never_cut() -> None:
    rows = listing_rows(10)
    for text_width in (20, 40, 80, None):
        text = written(answer(rows, NARROW), width=text_width)
        assert "100,000,000,000,000.00" in text


def test_figures_are_rounded_by_currency_and_it_is_said() -> None:
    rows = [row | {"amount": Decimal("1234.5")} for row in listing_rows(2)]
    assert "1,234\n" in written(answer(rows, NARROW))
    assert "1.234,50\n" in written(answer(rows, NARROW), language="vi")
    assert "rounded" in written(answer(rows, NARROW))
    whole = [row | {"amount": Decimal(7)} for row in rows]
    assert "rounded" not in written(answer(whole, NARROW))


def test_columns_without_values_are_left_out_and_named() -> None:
    rows = [row | {"account_name": None} for row in listing_rows(4)]
    text = written(answer(rows, NARROW))
    assert "Columns without a value: Name" in text
    late = [*([row | {"account_name": None} for row in listing_rows(1500)]), listing_rows(1)[0]]
    assert "Columns left out although later rows have values in them: Name" in written(answer(late, NARROW, size=100))


def test_pages_say_that_there_is_more() -> None:
    text = written(answer(listing_rows(3), NARROW, row_count=1234, next="k\x1b"))
    assert "3 of 1,234" in text
    assert "--after k␛" in text


def test_wide_characters_and_marks_are_measured() -> None:
    assert width("漢字") == 4
    assert width("e\u0301") == 1
    assert safe("a\u202eb\x1b\x9b") == "a<U+202E>b␛<U+009B>"


def test_an_answer_without_rows_is_whole() -> None:
    assert "Rows: 0" in written(answer([], (Column("x", Text("X"), Kind.TEXT),)))
