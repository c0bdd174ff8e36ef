"""Events written in a thread of their own, while the answer that they tell of is still being made."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from django.db import connection, transaction

from sodu.people.audit.models import Event

# Every page tells of itself: putting the same question together takes longer than all else here.
_FIELDS = [field for field in Event._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
_COLUMNS = ", ".join([connection.ops.quote_name(str(field.column)) for field in _FIELDS])
_INSERT = f"INSERT INTO {Event._meta.db_table} ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(_FIELDS))})"  # noqa: SLF001


def _values(event: Event) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(event, add=True), connection) for field in _FIELDS]


class Writer:
    """Writes what came while the last events were written in one transaction: many readers wait for one disk write."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[Event, Future[None]]] = SimpleQueue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audit")

    def write(self, event: Event) -> Future[None]:
        """Begin to write an event; the result comes when it is on disk, and raises what kept it from that."""
        written: Future[None] = Future()
        self._waiting.put((event, written))
        self._thread.submit(self._write_waiting)
        return written

    def _write_waiting(self) -> None:
        taken: list[tuple[Event, Future[None]]] = []
        while True:
            try:
                taken.append(self._waiting.get_nowait())
            except Empty:
                break
        if not taken:
            return
        connection.close_if_unusable_or_obsolete()
        if self._is_written(taken):
            return
        # One that cannot be written takes no other with it.
        for each in taken:
            self._is_written([each], is_last=True)

    @staticmethod
    def _is_written(taken: Sequence[tuple[Event, Future[None]]], *, is_last: bool = False) -> bool:
        try:
            rows = [_values(event) for event, _written in taken]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(_INSERT, rows)
        except Exception as error:  # noqa: BLE001
            if not is_last:
                return False
            for _event, written in taken:
                written.set_exception(error)
            return False
        for _event, written in taken:
            written.set_result(None)
        return True


WRITER = Writer()
