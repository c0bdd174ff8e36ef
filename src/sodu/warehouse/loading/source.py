"""One file's rows of one table, as a relation of texts in the file's order, whatever the file's format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sodu.values.errors import RowError, SoduError
from sodu.values.text import Message, Text
from sodu.warehouse.facts import Field, Table
from sodu.warehouse.loading.csv_proof import Proof
from sodu.warehouse.loading.kept import Upload
from sodu.warehouse.loading.pipe import Pipe
from sodu.warehouse.loading.sieve import Sieve, named

EXTRA_PREFIX = "x_"
"""Columns whose names begin so are kept though the contract does not know them."""


@dataclass(frozen=True)
class File:
    """A file as received: the copy that is kept, the name that it came by, and what its rows are."""

    upload: Upload
    name: str
    table: Table
    zone: str | None = None
    """The zone of instants that have no offset."""


@dataclass(frozen=True)
class Passing:
    """What a source reads whose file is kept meanwhile, what proves it, and how it is opened once the file is kept."""

    pipe: Pipe
    proof: Proof
    reopen: Callable[[], Source]


@dataclass(frozen=True)
class Source:
    """The rows of one table in one file."""

    file: File
    sql: str
    """A relation whose columns are texts named as in the contract."""
    columns: tuple[str, ...]
    """Its columns, in their order there."""
    first_row: int = 2
    """The number of its first row; a header is row 1."""
    is_focus: bool = False
    """Made from FOCUS: a correction may leave open what it corrects; new partners and accounts come with it."""
    sheds: Callable[[Sieve, Path, int], Unreadable | None] = lambda _sieve, _staged, _rows: None
    """What is wrong with the file though the engine has read it into `staged`, so many rows."""
    explain: Callable[[Exception], Unreadable] | None = None
    """Why the engine could not read it."""
    passing: Passing | None = None
    """Where its bytes are read only once, while its file is kept: for as long as its values are proven by them."""

    @property
    def table(self) -> Table:
        """The table that its rows belong to."""
        return self.file.table

    @property
    def extras(self) -> tuple[str, ...]:
        """The columns that the contract does not know, in the order of their names."""
        return tuple(sorted(name for name in self.columns if name.startswith(EXTRA_PREFIX)))

    def text(self, field: Field) -> str:
        """A column's text in SQL; null where the file has no such column."""
        return named(field.name) if field.name in self.columns else "NULL::VARCHAR"


class Unreadable(SoduError):
    """A file whose rows cannot be told apart, or whose header is not the contract's."""

    def __init__(self, errors: list[RowError], count: int | None = None) -> None:
        super().__init__(errors[0].message.template, **errors[0].message.parameters)
        self.errors = errors
        self.count = len(errors) if count is None else count


def fault(file: str, row: int | None, code: str, template: Text, **parameters: object) -> RowError:
    """A broken rule of a file as a whole, or of one of its rows."""
    return RowError(file, row, None, code, Message(template, dict(parameters)), None)
