"""The first row of a file: which columns it has, and whether they are a table's."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sodu.values.errors import RowError
from sodu.values.limits import ID_CHARACTERS_MAX
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.facts import Table
from sodu.warehouse.loading.source import EXTRA_PREFIX, Unreadable

_OTHER_DELIMITERS = ";\t|"


def check_header(file: str, table: Table, names: Sequence[str]) -> None:
    """Raise Unreadable unless the columns are known, named once, and all that the table requires."""
    errors = list(_faults(file, table, names))
    if errors:
        raise Unreadable(errors)


def _faults(file: str, table: Table, names: Sequence[str]) -> list[RowError]:
    def error(column: str, code: str, template: Text) -> RowError:
        return RowError(file, 1, column, code, Message(template, {"column": column, "table": table.name}), column)

    if len(names) == 1 and any(sign in names[0] for sign in _OTHER_DELIMITERS):
        return [error(names[0], "delimiter", _("columns must be separated by commas"))]
    known = {field.name for field in table.fields}
    errors = []
    for index, name in enumerate(names):
        if name in names[:index]:
            errors.append(error(name, "duplicate_column", _("column {column} stands there twice")))
        elif name not in known and not _is_extra(name):
            errors.append(
                error(name, "unknown_column", _("{table} has no column {column}; columns of your own begin with x_"))
            )
    missing = [field.name for field in table.fields if field.required and field.name not in names]
    return errors + [error(name, "missing_column", _("{table} needs a column {column}")) for name in missing]


def _is_extra(name: str) -> bool:
    plain = not any(unicodedata.category(character) == "Cc" for character in name)
    return name.startswith(EXTRA_PREFIX) and len(name) <= ID_CHARACTERS_MAX and plain
