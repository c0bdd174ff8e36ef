"""What a CSV file's bytes say of it, however they are cut; and that rules which trust it refuse what the others do."""

import random
from dataclasses import replace

import duckdb
import pytest

from sodu.warehouse.facts import CHARGES, Type
from sodu.warehouse.loading.csv_marks import MarkReader, Marks
from sodu.warehouse.loading.rules import PLAIN_TEXTS, TEXTS, Cell, are_legal_plain_texts, are_legal_texts, plain_texts
from sodu.warehouse.loading.sieve import named

PLAIN = Marks(commas=40, has_quotes=False, has_space_before_quote=False, controls="\n")
QUOTED = replace(PLAIN, has_quotes=True)
CASES = {
    "a,b\n": PLAIN,
    "a,b\r\n": replace(PLAIN, controls="\n\r"),
    "a\tb,c\n": replace(PLAIN, controls="\n\t"),
    "a,b\x00\n": replace(PLAIN, controls=None),
    "a,b\x7f\n": replace(PLAIN, controls=None),
    "a,\u0085b\n": replace(PLAIN, controls=None),
    "a,\u00a0b\n": replace(PLAIN, controls=None),
    "a,\u1680b\n": replace(PLAIN, controls=None),
    "a,\u2003b\n": replace(PLAIN, controls=None),
    "a,\u202fb\n": replace(PLAIN, controls=None),
    "a,\u205fb\n": replace(PLAIN, controls=None),
    "a,\u3000b\n": replace(PLAIN, controls=None),
    "a,Dùng vượt gói – Úc €\n": PLAIN,
    'a,"b"\n': QUOTED,
    'a, "b"\n': replace(QUOTED, has_space_before_quote=True),
    'a,"b"\n "c"\n': replace(QUOTED, has_space_before_quote=True),
    f'a,{" " * 30}"b"\n': replace(QUOTED, has_space_before_quote=True),
    'a,\t"b"\n': replace(QUOTED, has_space_before_quote=True, controls="\n\t"),
    'a,"so ""he"" said ""x"" "\n': QUOTED,
}


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_marks_are_the_same_however_the_bytes_are_cut(text: str) -> None:
    content = (text * 40).encode()
    for size in (1, 2, 3, 7, 63, 64, 65, 66, 1000, len(content)):
        reader = MarkReader()
        for start in range(0, len(content), size):
            for read in reader.readers:
                read(bytearray(content[start : start + size]))
        assert reader.marks == CASES[text], size


def test_what_is_refused_does_not_depend_on_the_marks() -> None:
    chance = random.Random(7)
    cells = [Cell(field, named(field.name)) for field in CHARGES.fields if field.type in TEXTS]
    names = [cell.field.name for cell in cells] + ["x_note"]
    values = [*("a", "ab c", "a", "x", None) * 8, " a", "a ", " ", "a\n", "\na", "a\tb", "a\rb", "ế", "a" * 129]
    rows = [[chance.choice(values) for _name in names] for _row in range(800)]
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE texts ({', '.join(f'{named(name)} VARCHAR' for name in names)})")
    engine.executemany(f"INSERT INTO texts VALUES ({', '.join('?' for _name in names)})", rows)
    extras = [named("x_note")]
    plain, careful = are_legal_plain_texts(cells, extras, "\n\r\t"), are_legal_texts(cells, extras)
    rows_of_texts = f"(SELECT *, {plain_texts(cells)} AS {named(PLAIN_TEXTS)} FROM texts)"
    verdicts = engine.execute(f"SELECT {plain}, {careful} FROM {rows_of_texts}").fetchall()
    assert [by_marks for by_marks, _with_care in verdicts] == [with_care for _by_marks, with_care in verdicts]
    assert {True, False} == {with_care for _by_marks, with_care in verdicts}
    assert {cell.type for cell in cells} == {Type.ID, Type.TEXT, Type.LONG_TEXT}
