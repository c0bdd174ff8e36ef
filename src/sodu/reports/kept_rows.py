"""Rows of small questions kept for the next question: the record never changes, so what was known then stays so."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from sodu.values.limits import ROWS_KEPT_MAX, ROWS_KEPT_QUESTIONS_MAX
from sodu.warehouse.engine import Engine, Known, Query

Row = dict[str, Any]
_Key = tuple[Known, str, str]


class _KeptRows:
    """So many questions' rows, those asked for last. Threads share it."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._kept: OrderedDict[_Key, tuple[Row, ...]] = OrderedDict()

    def get(self, key: _Key) -> tuple[Row, ...] | None:
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: _Key, rows: tuple[Row, ...]) -> None:
        with self._changing:
            self._kept[key] = rows
            if len(self._kept) > ROWS_KEPT_QUESTIONS_MAX:
                self._kept.popitem(last=False)


_BESIDE: WeakKeyDictionary[Engine, _KeptRows] = WeakKeyDictionary()


def kept_rows(engine: Engine, known: Known, query: Query) -> tuple[Row, ...]:
    """The rows of a question that depends on what was known and on its own words alone; whoever reads leaves them as they are.

    Nothing is kept of an engine that others write too: they might number things anew.
    """
    if engine.is_shared:
        return tuple(engine.rows(query))
    kept = _BESIDE.setdefault(engine, _KeptRows())
    key = (known, query.sql, repr(query.parameters))
    rows = kept.get(key)
    if rows is None:
        rows = tuple(engine.rows(query))
        if len(rows) <= ROWS_KEPT_MAX:
            kept.keep(key, rows)
    return rows


def forget_rows(engine: Engine) -> None:
    """Keep nothing of an engine any longer."""
    _BESIDE.pop(engine, None)
