"""Parquet: exact types, and what the answer says of itself."""

import json
from datetime import UTC
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from sodu.render import to_parquet
from sodu.render.options import Options
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
