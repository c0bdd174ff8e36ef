"""Order and pages of answers that are whole before they are shown."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sodu.reports.answers.answer import Answer
from sodu.reports.answers.question import Question
from sodu.reports.column import Column, Kind
from sodu.reports.sql import listing
from sodu.values.errors import WrongUsage
from sodu.values.limits import STREAM_BATCH_ROWS
from sodu.values.text import mark as _


def ordered(table: pa.Table, columns: Sequence[Column], sort: Sequence[str]) -> pa.Table:
    """The table in the order of some columns, each with - before it from the greatest; missing values last."""
    known = {column.name for column in columns}
    keys: dict[str, Any] = {}
    for text in sort:
        name = text.removeprefix("-")
        if name not in known:
            raise WrongUsage(
                _("sort: this answer has no column '{name}'; it has {known}"),
                name=name,
                known=", ".join(column.name for column in columns),
            )
        keys.setdefault(name, "descending" if text.startswith("-") else "ascending")
    order: list[Any] = [(name, way, "at_end") for name, way in keys.items()]
    return table.take(pc.sort_indices(table, sort_keys=order))


def pages(
    question: Question, table: pa.Table, answer: Answer, finish: Callable[[pa.Table], pa.Table] = lambda page: page
) -> Generator[pa.RecordBatch]:
    """The rows of the page asked for, made whole. As the record never changes, a row's number is a place to go on from."""
    start = 0
    if question.conditions.after:
        _seq, (start,) = listing.read_token(question.conditions.after, [Kind.COUNT])
        if not 0 <= start <= table.num_rows:
            raise WrongUsage(listing.NO_TOKEN)
    limit = question.conditions.limit
    page = finish(table.slice(start, limit))
    if limit is not None and start + limit < table.num_rows:
        answer.after = listing.token_of([start + limit], question.selection.known.seq)
    yield from page.combine_chunks().to_batches(max_chunksize=STREAM_BATCH_ROWS)
