"""What is wrong with the rows of a load: every broken rule at its place, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from sodu.values.errors import RowError
from sodu.values.limits import ERRORS_SHOWN_MAX
from sodu.values.text import Message
from sodu.warehouse.loading.messages import MESSAGES
from sodu.warehouse.loading.sieve import Sieve
from sodu.warehouse.loading.source import Unreadable

VALUE_CHARACTERS_MAX = 200


class Problems:
    """A table of (source, row, column, code, value) in the sieve, and the files that cannot be read at all."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve
        self._files: list[RowError] = []
        self._file_count = 0
        sieve.run(
            "CREATE TEMP TABLE problems (_source INTEGER, _row BIGINT, field VARCHAR, code VARCHAR, value VARCHAR)"
        )

    def add(self, select: str) -> int:
        """Add what a query finds, (_source, _row, field, code, value); how much that was."""
        return int(
            self._sieve.value(
                f"INSERT INTO problems SELECT _source, _row, field, code, left(value, {VALUE_CHARACTERS_MAX}) "
                f"FROM ({select})"
            )
        )

    def add_file(self, unreadable: Unreadable) -> None:
        """Add a file whose rows cannot be told apart."""
        self._files += unreadable.errors
        self._file_count += unreadable.count

    @property
    def unreadable(self) -> bool:
        """Whether there is a file that no part of can be loaded."""
        return bool(self._files)

    def count(self) -> int:
        """How many there are."""
        return self._file_count + self._sieve.count("problems")

    def rows(self, source: int) -> int:
        """How many rows of a source have one."""
        return int(self._sieve.value("SELECT count(DISTINCT _row) FROM problems WHERE _source = ?", [source]))

    def first(self, files: Sequence[str]) -> list[RowError]:
        """The first of them, in the order of files, rows and columns' names."""
        found = self._sieve.run(
            "SELECT _source, _row, field, code, value FROM problems "
            f"ORDER BY _source, _row, field, code LIMIT {ERRORS_SHOWN_MAX}"
        )
        errors = [
            RowError(files[source], row, field, code, Message(MESSAGES[code], {"column": field}), value)
            for source, row, field, code, value in found
        ]
        return [*self._files, *errors][:ERRORS_SHOWN_MAX]
