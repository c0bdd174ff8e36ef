"""Parquet: every column as its canonical text, so that the same rules hold for it as for CSV."""

from __future__ import annotations

from sodu.values.errors import RowError
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import Type
from sodu.warehouse.loading.header import check_header
from sodu.warehouse.loading.sieve import Error, Sieve, named, quoted
from sodu.warehouse.loading.source import File, Source, Unreadable, fault

_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
_NUMBERS = (*_WHOLE, "DECIMAL", "DOUBLE", "FLOAT")
_INSTANTS = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")

_ACCEPTED = {
    Type.ID: ("VARCHAR", "UUID", *_WHOLE),
    Type.TEXT: ("VARCHAR", "UUID", *_WHOLE),
    Type.LONG_TEXT: ("VARCHAR",),
    Type.AMOUNT: ("VARCHAR", *_NUMBERS),
    Type.RATE: ("VARCHAR", *_NUMBERS),
    Type.QUANTITY: ("VARCHAR", *_NUMBERS),
    Type.INSTANT: ("VARCHAR", *_INSTANTS),
    Type.DAY: ("VARCHAR", "DATE"),
    Type.CURRENCY: ("VARCHAR",),
    Type.CHOICE: ("VARCHAR",),
}
"""DuckDB's types that may stand for each of the contract's."""


def open_parquet(file: File, sieve: Sieve) -> Source:
    """The rows of a Parquet file; raises Unreadable for what is none, or has other columns than the table."""
    types = column_types(file, sieve)
    check_header(file.name, file.table, list(types))
    errors = list(_wrong_types(file, types))
    if errors:
        raise Unreadable(errors)
    columns = ", ".join(f"{text_of(named(name), type_)} AS {named(name)}" for name, type_ in types.items())
    return Source(
        file,
        f"(SELECT {columns} FROM read_parquet({quoted(file.upload.path)}))",
        tuple(types),
        explain=lambda _error: damaged(file),
    )


def column_types(file: File, sieve: Sieve) -> dict[str, str]:
    """The columns of a Parquet file and their types, without the figures of decimals."""
    try:
        described = sieve.run(f"DESCRIBE SELECT * FROM read_parquet({quoted(file.upload.path)})")
    except Error as error:
        raise damaged(file) from error
    return {
        name: type_.partition("(")[0] if type_.startswith("DECIMAL") else type_ for name, type_, *_more in described
    }


def damaged(file: File) -> Unreadable:
    """What is said of a file that is no Parquet."""
    return Unreadable([fault(file.name, None, "parquet", _("the file is not Parquet, or is damaged"))])


def text_of(column: str, type_: str) -> str:
    """A column as text: numbers without zeros that they do not need, instants with their offset where they have one."""
    text = f"CAST({column} AS VARCHAR)"
    if type_ in ("DECIMAL", "DOUBLE", "FLOAT"):
        return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
    return f"nullif({text}, '')"


def _wrong_types(file: File, types: dict[str, str]) -> list[RowError]:
    accepted = {field.name: _ACCEPTED[field.type] for field in file.table.fields}
    template = _("column {column} is of a type that {type} cannot stand for")
    return [
        RowError(file.name, 1, name, "column_type", Message(template, {"column": name, "type": type_}), type_)
        for name, type_ in types.items()
        if type_ not in accepted.get(name, ("VARCHAR",)) and not type_.startswith("ENUM")
    ]
