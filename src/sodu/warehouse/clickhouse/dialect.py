"""From DuckDB's dialect to ClickHouse's: pure, and the same text for the same text."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import expressions as exp

from sodu.warehouse.engine import Query, table_of
from sodu.warehouse.schema import TARGETS

TEXTS_KEPT = 512

_TYPES = {
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "BOOLEAN": "Bool",
    "VARCHAR": "String",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6, 'UTC')",
}
_OF_NOTHING = {exp.Sum: "sumOrNull", exp.Min: "minOrNull", exp.Max: "maxOrNull"}
"""Of no rows these are null, as in DuckDB: a setting for that is applied twice where one node asks others."""
_COLUMNS = {target.name: [column.name for column in target.columns] for target in TARGETS.values()}
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),([0-9]+)\)")
_FIRST, _LAST = date(1900, 1, 1), date(2299, 12, 31)
"""What Date32 can hold. Days of facts lie far within, so that a day beyond compares with them as the bound does."""


@dataclass(frozen=True)
class Statement:
    """A query in ClickHouse's dialect: `{name: Type}` places, their texts, and its lists as tables that travel along."""

    sql: str
    values: dict[str, str]
    lists: dict[str, tuple[str, bytes]]
    """By the table's name: its structure, and its rows as an Arrow stream."""


def statement_of(query: Query) -> Statement:
    """The same question for ClickHouse."""
    types = tuple(sorted((name, parameter.type) for name, parameter in query.parameters.items()))
    values, lists = {}, {}
    for name, parameter in query.parameters.items():
        if element := parameter.element:
            lists[list_table(name)] = (f"value {type_of(element)}", _stream(parameter.value, element))
        else:
            values[name] = _text(parameter.value)
    return Statement(translated(query.sql, types), values, lists)


def list_table(name: str) -> str:
    """The name of the table that a list travels in."""
    return f"list_{name}"


def type_of(duckdb: str) -> str:
    """ClickHouse's name of a type of DuckDB's."""
    if decimal := _DECIMAL.fullmatch(duckdb):
        return f"Decimal({decimal[1]}, {decimal[2]})"
    return _TYPES[duckdb]


@lru_cache(maxsize=TEXTS_KEPT)
def translated(sql: str, types: tuple[tuple[str, str], ...]) -> str:
    """The text in ClickHouse's dialect; `types` are those of its places."""
    typed = dict(types)
    # The tree is this call's own: copies of it, which are the usual, would take a third of the time.
    tree = sqlglot.parse_one(sql, dialect="duckdb").transform(lambda node: _node(node, typed), copy=False)
    for select in tree.find_all(exp.Select):
        # Where two tables have a column of that name, ClickHouse would call the result `f.seq`.
        shown = [each for expression in select.expressions for each in _spelled_out(expression, select)]
        select.set("expressions", [_named(expression) for expression in shown])
    # From within: what is replaced first is part of what is replaced later.
    for node in reversed(list(tree.find_all(*_OF_NOTHING))):
        node.replace(exp.Anonymous(this=_OF_NOTHING[type(node)], expressions=[node.this]))
    return str(tree.sql(dialect="clickhouse", pretty=True, copy=False))


def _node(node: Any, types: dict[str, str]) -> Any:
    if isinstance(node, exp.Select) and (name := _unfolded(node)):
        return exp.select(exp.column("value").as_(node.expressions[0].alias or "value")).from_(list_table(name))
    if isinstance(node, exp.Placeholder) and not node.args.get("kind"):
        return exp.Placeholder(this=node.this, kind=exp.var(type_of(types[node.name])))
    if isinstance(node, exp.DataType) and node.this is exp.DataType.Type.DATE:
        # The plain Date ends in 2149.
        return exp.DataType(this=exp.DataType.Type.DATE32)
    return node


def _spelled_out(expression: Any, select: exp.Select) -> list[Any]:
    """All columns of a table of the warehouse, where it stands for them; anything else is itself."""
    if not isinstance(expression, exp.Column) or not isinstance(expression.this, exp.Star):
        return [expression]
    tables = {
        source.alias_or_name: source.name for source in select.find_all(exp.Table) if source.parent_select is select
    }
    columns = _COLUMNS.get(tables.get(expression.table, ""), ())
    is_whole = columns and not expression.this.args.get("except_")
    return [exp.column(name, expression.table) for name in columns] if is_whole else [expression]


def _named(expression: Any) -> Any:
    is_column = isinstance(expression, exp.Column) and expression.table and not expression.is_star
    return expression.as_(expression.name, copy=False) if is_column else expression


def _unfolded(select: exp.Select) -> str:
    """The list that a select without a table unfolds; empty for any other select."""
    if len(select.expressions) != 1 or select.args.get("from_"):
        return ""
    unnest = select.expressions[0].unalias()
    return str(unnest.this.name) if isinstance(unnest, exp.Explode) and isinstance(unnest.this, exp.Placeholder) else ""


def _text(value: Any) -> str:
    """A value as ClickHouse reads it."""
    if isinstance(value, datetime):
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return naive.isoformat(" ", "microseconds")
    if isinstance(value, date):
        return min(max(value, _FIRST), _LAST).isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _stream(values: list[Any], element: str) -> bytes:
    if element == "DATE":
        values = [min(max(value, _FIRST), _LAST) for value in values]
    table = table_of(values, element)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()
