"""Parquet: exact types, and what the answer says of itself."""

import json
from datetime import UTC
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sodu.render import to_parquet
from sodu.render.options import Options
from sodu.values import limits
from tests.render.answers import LISTING, answer, listing_rows


class Pipe:
    """A stream that can only be written to."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += bytes(data)
        return len(data)

    def flush(self) -> None:
        pass


def test_every_value_with_its_type_through_a_pipe() -> None:
    rows, pipe = listing_rows(200), Pipe()
    table = answer(rows, size=17)
    to_parquet.write(table, pipe, Options())
    read = pq.read_table(BytesIO(pipe.data))
    assert read.schema.field("amount").type == pa.decimal128(38, 12)
    assert read.schema.field("occurred_at").type == pa.timestamp("us", tz="UTC")
    expected = [
        {column.name: row[column.name] for column in LISTING} | {"occurred_at": row["occurred_at"].replace(tzinfo=UTC)}
        for row in rows
    ]
    assert read.to_pylist() == expected


def test_the_answer_states_itself() -> None:
    pipe = Pipe()
    table = answer(listing_rows(3))
    to_parquet.write(table, pipe, Options())
    metadata = pq.ParquetFile(BytesIO(pipe.data)).metadata.metadata
    statement = json.loads(metadata[b"sodu:answer"])
    assert statement["sha256"] == table.sha256
    assert statement["row_count"] == 3


@pytest.mark.parametrize("group_rows", [64, 100, 5_000])
def test_the_same_rows_are_the_same_file_however_they_are_cut(monkeypatch: pytest.MonkeyPatch, group_rows: int) -> None:
    monkeypatch.setattr(limits, "ROW_GROUP_ROWS", group_rows)
    rows, files = listing_rows(3_000), []
    for size in (7, 1_000, 3_000):
        pipe = Pipe()
        to_parquet.write(answer(rows, size=size), pipe, Options())
        files.append(bytes(pipe.data))
    assert files[0] == files[1] == files[2]
    groups = pq.ParquetFile(BytesIO(files[0])).metadata.num_row_groups
    assert groups == -(-3_000 // group_rows)


def test_an_answer_without_rows_is_a_file() -> None:
    pipe = Pipe()
    to_parquet.write(answer([]), pipe, Options())
    assert pq.read_table(BytesIO(pipe.data)).num_rows == 0
