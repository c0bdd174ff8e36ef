"""Events written in a thread of their own, while the answer that they tell of is still being made."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue

from django.db import connection, transaction

from sodu.people.audit.models import Event


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
            with transaction.atomic():
                Event.objects.bulk_create([event for event, _written in taken])
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
