"""The comparison finds what is wrong, and nothing where nothing is."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from .compare import Run, compare_seed
from .ledger import Ledger
from .product import Reply
from .question import Row
from .rows import Batch, read_folder

SIZE = 60


class OracleProduct:
    """The oracle in the product's place, reading the files back; `spoil` may change its rows."""

    def __init__(self, now: datetime, spoiled: str | None) -> None:
        """Answer as at this instant, with one column of all rows and totals spoiled."""
        self._now, self._spoiled = now, spoiled
        self._batches: list[Batch] = []

    def load(self, folder: Path) -> int:
        """Keep the batch."""
        self._batches.append(read_folder(folder))
        return len(self._batches)

    def report(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> Reply:
        """Answer as the oracle does, in pages."""
        asked = {**conditions, "as_known_at": journal}
        answer = Ledger(self._batches).answer(slug, asked, self._now)
        start = int(str(conditions.get("after", 0)))
        end = start + int(str(conditions.get("limit", len(answer.rows))))
        return {
            "period": {"start": str(answer.period.start), "end": str(answer.period.end)},
            "rows": [self._row(row) for row in answer.rows[start:end]],
            "totals": [self._row(row) for row in answer.totals],
            "row_count": len(answer.rows),
            "next": end if end < len(answer.rows) else None,
            "checks": [],
        }

    def repeat(self, slug: str, conditions: Mapping[str, object], journal: int | None) -> str:
        """There is no command."""
        return f"{slug} {conditions} {journal}"

    def _row(self, row: Row) -> Row:
        return {n: "wrong" if n == self._spoiled else v for n, v in row.items()}


def test_equal_answers_do_not_differ(tmp_path: Path) -> None:
    """The oracle agrees with itself through files and pages."""
    run = Run(60, SIZE, None, tmp_path, lambda _, now: OracleProduct(now, None))
    assert compare_seed(run, 2) == []


def test_a_wrong_value_is_found(tmp_path: Path) -> None:
    """A wrong measure is told with its seed, question, row and both values."""
    run = Run(60, SIZE, None, tmp_path, lambda _, now: OracleProduct(now, "closing"))
    found = compare_seed(run, 2)
    assert found
    assert all("seed 2 question" in text and "closing: expected" in text for text in found)
