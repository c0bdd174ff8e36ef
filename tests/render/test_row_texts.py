"""Texts of rows by columns, and the canonical text that an answer's hash is made of."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from sodu.render import to_json
from sodu.render.options import Options
from sodu.reports.canonical import Digest
from sodu.reports.column import Column, Kind
from sodu.values import limits
from sodu.values.money import plain
from sodu.values.text import Text
from sodu.warehouse import cell_values
from sodu.warehouse.row_texts import Cell, Row, row_texts
from sodu.warehouse.texts import plain_texts, small
from tests.render.answers import LISTING, answer, listing_rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(value, kind: str) -> str:
    """A field of the canonical text, from the JSON value, as its documentation says."""
    if value is None:
        return "\\N"
    if kind == "instant":
        return str((datetime.fromisoformat(value) - EPOCH) // timedelta(microseconds=1))
    if kind in ("id", "text", "choice", "currency", "bucket"):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)


def text_of(row: Row, batch: pa.RecordBatch) -> bytes:
    return b"".join(row_texts(row, batch))


def hash_of(document: dict) -> str:
    kinds = {column["name"]: column["kind"] for column in document["columns"]}
    lines = ["\t".join(canonical(row[name], kind) for name, kind in kinds.items()) + "\n" for row in document["rows"]]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize("count", [0, 1, 500, 5_000])
def test_a_client_can_recompute_the_hash_from_json(count: int) -> None:
    out = BytesIO()
    to_json.write(answer(listing_rows(count)), out, Options())
    document = json.loads(out.getvalue())
    assert len(document["rows"]) == count
    assert document["sha256"] == hash_of(document)


def test_the_hash_does_not_hang_on_how_rows_are_cut_into_batches() -> None:
    rows = listing_rows(300)
    assert answer(rows, size=7).sha256 == answer(rows, size=300).sha256 != answer(rows[1:]).sha256


def test_missing_and_empty_differ_in_the_hash() -> None:
    column = (Column("name", Text("Name"), Kind.TEXT),)
    hashes = set()
    for value in (None, "", "\\N", "new"):
        digest = Digest(column)
        digest.update(pa.record_batch({"name": pa.array([value], pa.string())}))
        hashes.add(digest.hexdigest())
    assert len(hashes) == 4


@given(st.lists(st.none() | st.decimals(-(10**25), 10**25, places=12), min_size=1))
def test_decimals_are_plain_and_exact(values: list[Decimal | None]) -> None:
    texts = plain_texts(pa.array(values, pa.decimal128(38, 12))).to_pylist()
    assert texts == [None if value is None else plain(value) for value in values]


@pytest.mark.parametrize(
    "zone", ["Asia/Ho_Chi_Minh", "America/New_York", "Australia/Lord_Howe", "UTC", "Africa/Casablanca"]
)
@given(values=st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)), min_size=1, max_size=50))
@settings(max_examples=20, deadline=None)
def test_instants_are_the_zones_own_to_the_microsecond(zone: str, values: list[datetime]) -> None:
    row = Row("", [Cell(cell_values.instant(zone, "at"))], "\n")
    made = text_of(row, pa.record_batch({"at": pa.array(values, pa.timestamp("us"))})).decode().split()
    assert made == [value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() for value in values]


@given(st.lists(st.none() | st.text(), min_size=1))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_json(values: list[str | None]) -> None:
    column = Column("name", Text("Name"), Kind.TEXT)
    made = text_of(to_json.row((column,), "UTC"), pa.record_batch({"name": pa.array(values, pa.string())}))
    assert json.loads(b"[" + made[1:] + b"]") == [{"name": value} for value in values]


def test_a_slice_of_a_batch_gives_the_slices_rows_alone() -> None:
    batch = pa.record_batch({"day": pa.array([date(2026, 10, day) for day in range(1, 10)])})
    row = Row("", [Cell(cell_values.cast("day"))], "|")
    assert text_of(row, batch.slice(2, 2)) == b"2026-10-03|2026-10-04|"
    assert text_of(row, batch.slice(0, 0)) == b""


@given(
    st.lists(
        st.none()
        | st.decimals(-(10**25), 10**25, places=12)
        | st.decimals(-(10**9), 10**9, places=4)
        | st.integers(-(10**15), 10**15).map(Decimal),
        min_size=1,
    ),
    st.integers(1, 3),
)
def test_numbers_of_rows_are_plain_and_exact(values: list[Decimal | None], times: int) -> None:
    """Few and many different values, short and long ones, and those that are missing."""
    amounts = pa.array(values * times, pa.decimal128(38, 12))
    row = Row("<", [Cell(cell_values.decimal("amount"), "(", ")", "-")], ">\n")
    made = text_of(row, pa.record_batch({"amount": amounts})).decode().split()
    assert made == ["<->" if value is None else f"<({plain(value)})>" for value in values * times]


@given(st.lists(st.tuples(st.none() | st.sampled_from("ab"), st.none() | st.text("xy", max_size=2)), min_size=1))
def test_what_is_missing_takes_its_surroundings_with_it(rows: list[tuple[str | None, str | None]]) -> None:
    batch = pa.record_batch(
        {"p": pa.array([p for p, _ in rows], pa.string()), "q": pa.array([q for _, q in rows], pa.string())}
    )
    cells = [Cell(cell_values.escaped(name, to_json.ESCAPE), f"{name}=", ";", f"no {name};") for name in "pq"]
    expected = [
        "".join(f"no {name};" if value is None else f"{name}={value};" for name, value in zip("pq", row, strict=True))
        for row in rows
    ]
    assert text_of(Row("", cells, "\n"), batch).decode().splitlines() == expected


def test_batches_are_cut_so_that_their_texts_fit() -> None:
    wide = pa.record_batch({"text": [*("x" * 300_000 for _ in range(20)), *("y" for _ in range(100_000))]})
    pieces = list(small([wide]))
    assert sum(piece.num_rows for piece in pieces) == 100_020
    assert max(piece.num_rows for piece in pieces) <= limits.STREAM_BATCH_ROWS
    assert max(piece.nbytes for piece in pieces) <= limits.STREAM_BATCH_BYTES


def test_columns_of_all_kinds_are_tested() -> None:
    assert {column.kind for column in LISTING} == set(Kind)
