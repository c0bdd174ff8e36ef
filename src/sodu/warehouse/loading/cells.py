"""The columns of a source with the rules of their values."""

from __future__ import annotations

from collections.abc import Sequence

from sodu.values.text import mark as _
from sodu.warehouse.facts import Field, Type
from sodu.warehouse.loading.rules import Cell
from sodu.warehouse.loading.sieve import named
from sodu.warehouse.loading.source import Source


def cells_of(source: Source) -> list[Cell]:
    """A cell for each column of its table, whether or not the file has it."""
    fields = source.table.fields
    return [
        Cell(field, source.text(field), source.file.zone, tuple(map(source.text, _models(field, fields))))
        for field in fields
    ]


def extras_of(source: Source) -> list[Cell]:
    """A cell for each column of the sender's own."""
    return [Cell(Field(name, Type.LONG_TEXT, _("a column of your own")), named(name)) for name in source.extras]


def _models(field: Field, fields: Sequence[Field]) -> list[Field]:
    """The columns before one that often hold the same: services start when they are sold, most prices are the public one."""
    if field.type is not Type.INSTANT and not (field.type is Type.AMOUNT and field.required):
        return []
    before = fields[: fields.index(field)]
    return [other for other in before if other.type is field.type and other.required]
