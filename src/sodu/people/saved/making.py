"""Makes one export: the file appears whole or not at all, and the list says how far it is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import BinaryIO, cast

import pyarrow as pa
import structlog
from django.db import transaction
from django.utils import timezone

from sodu.people.accounts.models import User
from sodu.people.audit.log import FAILED, Actor, record as record_event
from sodu.people.saved import exporting
from sodu.people.saved.exporting import State
from sodu.people.saved.models import Export
from sodu.people.saved.questions import question_of
from sodu.render.formats import by_slug
from sodu.render.language import say
from sodu.render.options import Options
from sodu.reports.table import ResultTable
from sodu.values.errors import Refused, SoduError
from sodu.values.text import Message, mark as _
from sodu.warehouse.home import Home
from sodu.warehouse.serving import Serving

_log = structlog.get_logger("sodu")
_TELL_SECONDS = 1.0
_BROKEN = _("Something went wrong while this was made; the log of the server says what")
_NO_ACCESS = _("Your access has ended")


class _Stopped(Exception):
    """The export was cancelled, or the server stops."""


def make_one(serving: Serving, stop: threading.Event, now: datetime) -> Export | None:
    """Take the next export and make it; which one it was."""
    exporting.recover(serving.home)
    export = exporting.claim()
    if export is not None:
        _Making(serving, stop, now, export).run()
    return export


class _Making:
    def __init__(self, serving: Serving, stop: threading.Event, now: datetime, export: Export) -> None:
        self._serving, self._stop, self._now, self._export = serving, stop, now, export
        self._ours = Export.objects.filter(pk=export.pk, state=State.RUNNING, runner=export.runner)
        self._told = time.monotonic()

    @property
    def _home(self) -> Home:
        return self._serving.home

    def run(self) -> None:
        """Make the file; whatever happens, the list says what came of it."""
        export = self._export
        try:
            table = self._made()
            self._done(table)
        except _Stopped:
            if self._stop.is_set():
                self._ours.update(state=State.WAITING, rows_done=0)
        except SoduError as error:
            # The server ends questions that run when it stops: those are asked again after it has started.
            if self._stop.is_set():
                self._ours.update(state=State.WAITING, rows_done=0)
            else:
                self._failed(error.message)
        except Exception:  # noqa: BLE001
            _log.exception("export", export=str(export.pk))
            self._failed(Message(_BROKEN))
        finally:
            exporting.partial(self._home, export).unlink(missing_ok=True)

    def _made(self) -> ResultTable:
        """Ask with the rights of this moment, and write the answer beside where it will stand."""
        export = self._export
        user = User.objects.get(pk=export.user_id)
        if not user.is_active:
            raise Refused(_NO_ACCESS)
        question = question_of(user, (export.slug, export.query), self._serving, self._now)
        table = question.answer(self._serving, self._now)
        if not self._ours.update(rows=table.row_count, scope=exporting.scope_words(question.scope)):
            raise _Stopped
        table.batches = self._watched(table.batches)
        with open(exporting.partial(self._home, export), "wb") as file:
            options = Options(language=export.language, bom=export.bom)
            by_slug(export.format).write(table, cast("BinaryIO", file), options)
            file.flush()
            os.fsync(file.fileno())
        return table

    def _watched(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows as they are, telling about once a second how many there were, and whether anyone waits for them."""
        done = 0
        # Left early, the engine's answer is closed at once and not when memory is tidied up.
        with closing(_each(batches)) as each:
            for batch in each:
                yield batch
                done += batch.num_rows
                if self._stop.is_set():
                    raise _Stopped
                if time.monotonic() - self._told >= _TELL_SECONDS:
                    self._told = time.monotonic()
                    if not self._ours.update(rows_done=done):
                        raise _Stopped

    def _done(self, table: ResultTable) -> None:
        export, made = self._export, exporting.partial(self._home, self._export)
        target, size, at = exporting.path_of(self._home, export), made.stat().st_size, timezone.now()
        with transaction.atomic():
            done = self._ours.update(
                state=State.DONE,
                rows_done=table.row_count,
                bytes=size,
                sha256=table.sha256,
                finished_at=at,
                expires_at=at + exporting.kept_for(),
            )
            if not done:
                raise _Stopped
            # Nobody can take the export over or cancel it before this is committed.
            os.replace(made, target)
        self._record(rows=table.row_count, sha256=table.sha256)

    def _failed(self, message: Message) -> None:
        said = say(message, self._export.language)
        if self._ours.update(state=State.FAILED, error=said, finished_at=timezone.now()):
            self._record(FAILED, error=str(message))

    def _record(self, outcome: str = "done", **detail: object) -> None:
        export = self._export
        record_event(
            Actor(User.objects.filter(pk=export.user_id).first()),
            "export-made",
            export.slug,
            query=export.query,
            outcome=outcome,
            format=export.format,
            export=str(export.pk),
            **detail,
        )


def _each(batches: Iterator[pa.RecordBatch]) -> Generator[pa.RecordBatch]:
    """Whatever they come from can be closed: the engine's answer, or one that was kept."""
    yield from batches
