"""What is proven of a CSV file's bytes is what the rules say of its values, however the bytes are cut."""

import csv
import io
import random

import duckdb
import pytest

from sodu.warehouse.facts import CHARGES, Field, Type
from sodu.warehouse.loading import csv_proof
from sodu.warehouse.loading.csv_proof import Proof
from sodu.warehouse.loading.rules import Cell, are_legal_texts
from sodu.warehouse.loading.sieve import named

NAMES = [field.name for field in CHARGES.fields]
NOTE = Field("x_note", Type.LONG_TEXT, "a note")
CELLS = [*(Cell(field, named(field.name)) for field in CHARGES.fields), Cell(NOTE, named("x_note"))]
HEADER = ",".join([*NAMES, "x_note"]).encode()
GOOD = {
    Type.ID: ["k1", "a b", "ế", "a,b", 'so ""', "-", "\u2013"],
    Type.TEXT: ["one", " two ", "Dùng vượt gói – Úc €", "a,b", '"', "\u00a0"],
    Type.LONG_TEXT: ["one", "two\nlines", "a\ttab", " ", 'q"q,\n', "\n"],
    Type.AMOUNT: ["0", "-0.5", "12345678901234.123456789012"],
    Type.RATE: ["0", "0.1", "1", "1.000000000"],
    Type.QUANTITY: ["1.00", "-12345678901.123456789012345"],
    Type.INSTANT: ["2026-10-05T08:00:00+07:00", "2026-10-05 08:00Z", "2026-10-05T08:00:00.123456-0330"],
    Type.CURRENCY: ["VND", "USD"],
    Type.CHOICE: ["new", "correction"],
}
BAD = {
    Type.ID: [" a", "a ", " ", "\u00a0a", "a\u2003", "\u3000", "a\n", "a\tb", "a\x00", "\x7f", "a\u0085"],
    Type.TEXT: ["a\nb", "\t", "a\rb", "\x1f", "\u009f", "\n"],
    Type.LONG_TEXT: ["a\rb", "\x00", "\x0b", "\u0080", "\r\n"],
    Type.AMOUNT: ["1e5", "+1", "01", ".5", "1.", " 1", "1 ", "1,5", "123456789012345", "0.1234567890123", "1\n"],
    Type.RATE: ["1.1", "2", "-0.1", "0.1234567890"],
    Type.QUANTITY: ["123456789012", "0.1234567890123456", "x"],
    Type.INSTANT: ["2026-10-05T08:00:00", "2026-10-05", "1999-10-05T08:00:00Z", "2026-10-05T24:00:00Z", "now"],
    Type.CURRENCY: ["vnd", "XXX1", "VN", " VND"],
    Type.CHOICE: ["New", "old", "new,", "newrenew"],
}


def written(row: list[str], end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerow(row)
    return text.getvalue().encode()


def is_proven(content: bytes, size: int = 1_000_000, header: bytes = HEADER + b"\n") -> bool:
    proof = Proof(header, CELLS)
    for start in range(0, len(content), size):
        proof.read(content[start : start + size])
    return proof.holds()


def made(chance: random.Random, share_of_bad: float) -> list[str]:
    row = []
    for cell in CELLS:
        values = BAD[cell.type] if chance.random() < share_of_bad else GOOD[cell.type]
        is_empty = chance.random() < (0.01 * (share_of_bad > 0) if cell.field.required else 0.3)
        row.append("" if is_empty else chance.choice(values))
    return row


def test_a_row_is_proven_where_the_rules_find_it_legal() -> None:
    chance = random.Random(7)
    rows = [made(chance, 0.02) for _row in range(1_500)]
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE rows ({', '.join(f'{cell.text} VARCHAR' for cell in CELLS)})")
    engine.executemany(
        f"INSERT INTO rows VALUES ({', '.join('?' for _cell in CELLS)})",
        [[text or None for text in row] for row in rows],
    )
    asked = [cell.is_legal for cell in CELLS] + [are_legal_texts(CELLS, [])]
    dated = ", ".join(f"{cell.typed} AS {cell.typed_once}" for cell in CELLS if cell.type is Type.INSTANT)
    legal = engine.execute(f"SELECT {' AND '.join(asked)} FROM (SELECT *, {dated} FROM rows)").fetchall()
    proven = [is_proven(HEADER + b"\n" + written(row)) for row in rows]
    assert proven == [verdict for (verdict,) in legal]
    assert {True, False} == set(proven)


@pytest.mark.parametrize("kind", BAD, ids=str)
def test_no_value_is_proven_that_is_bad(kind: Type) -> None:
    places = [index for index, cell in enumerate(CELLS) if cell.type is kind]
    good = [GOOD[cell.type][0] for cell in CELLS]
    assert is_proven(HEADER + b"\n" + written(good))
    for place in places:
        for text in BAD[kind]:
            row = [*good[:place], text, *good[place + 1 :]]
            assert not is_proven(HEADER + b"\n" + written(row)), text
            assert not is_proven(
                HEADER + b"\n" + written(good) + b",".join(f'"{cell}"'.encode() for cell in row) + b"\n"
            )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("piece_bytes", [500, 3_000, 20_000])
def test_the_proof_is_the_same_however_the_bytes_are_cut(
    end: str, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_proof, "_PIECE_BYTES", piece_bytes)
    chance = random.Random(3)
    header = HEADER + end.encode()
    good = header + b"".join(written(made(chance, 0), end) for _row in range(60))
    bad = good + written([*made(chance, 0)[:-1], "a\rb"], end) + written(made(chance, 0), end)
    for size in (7, 100, 5_000, len(good)):
        assert is_proven(good, size, header)
        assert is_proven(good.removesuffix(end.encode()), size, header)
        assert not is_proven(bad, size, header)


BROKEN = {
    "another header": b"x" + HEADER + b"\n",
    "no header": b"",
    "a blank line": HEADER + b"\n\n",
    "other line ends": HEADER + b"\n" + written([GOOD[cell.type][0] for cell in CELLS], "\r\n"),
    "an open quote": HEADER + b"\n" + written([GOOD[cell.type][0] for cell in CELLS])[:-1] + b'"\n',
    "no UTF-8": HEADER + b"\n" + written([GOOD[cell.type][0] for cell in CELLS]).replace(b"one", b"\xff"),
    "a comma more": HEADER + b"\n" + written([*(GOOD[cell.type][0] for cell in CELLS), ""]),
    "a comma less": HEADER + b"\n" + written([GOOD[cell.type][0] for cell in CELLS][:-1]),
    "a blank before a quote": HEADER + b"\n" + written([GOOD[cell.type][0] for cell in CELLS])[:-4] + b' "one"\n',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_breaks_rfc_4180_is_not_proven(content: bytes) -> None:
    assert not is_proven(content)


@pytest.mark.parametrize("size", [7, 1_000_000])
def test_records_are_counted_where_no_value_can_hold_an_end_of_line(size: int) -> None:
    cells = CELLS[:-1]
    rows = [[GOOD[cell.type][0] for cell in cells] for _number in range(5)]
    content = ",".join(NAMES).encode() + b"\n" + b"".join(map(written, rows))
    for seen in (content, content[:-1]):
        proof = Proof(content.partition(b"\n")[0] + b"\n", cells)
        for start in range(0, len(seen), size):
            proof.read(seen[start : start + size])
        assert (proof.holds(), proof.records) == (True, 5)


def test_records_are_not_counted_where_a_quoted_value_may_go_over_lines() -> None:
    row = [GOOD[cell.type][1 if cell.type is Type.LONG_TEXT else 0] for cell in CELLS]
    proof = Proof(HEADER + b"\n", CELLS)
    proof.read(HEADER + b"\n" + written(row))
    assert (proof.holds(), proof.records) == (True, None)
