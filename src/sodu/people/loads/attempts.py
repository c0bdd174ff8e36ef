"""Loads and checks from pages: the same work as the commands do, with what became of it kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from sodu.people.audit.log import DONE, FAILED, REFUSED, Actor, record
from sodu.people.loads.kept_texts import kept
from sodu.people.loads.models import Attempt, Inspection, State
from sodu.people.servers import presence
from sodu.values.errors import LoadRefused, RowError, SoduError
from sodu.values.limits import ATTEMPT_ERRORS_KEPT
from sodu.values.text import Message, mark as _
from sodu.warehouse.check import Finding, check
from sodu.warehouse.home import Home
from sodu.warehouse.loading import LoadReport, LoadRequest, load
from sodu.warehouse.serving import Serving

_STOPPED = _("the server stopped before this ended; the journal says whether it was loaded")
_UNFORESEEN = _("unforeseen {kind}; the server's log shows where, please report it")
_OUTCOMES = {State.DONE: DONE, State.REFUSED: REFUSED, State.FAILED: FAILED}


def end_abandoned() -> None:
    """What ran in a server that has ended runs no more."""
    ended: dict[str, Any] = {"state": State.FAILED, "finished_at": timezone.now()}
    living = presence.living()
    Attempt.objects.filter(state=State.RUNNING).exclude(runner__in=living).update(error=kept(_STOPPED), **ended)
    Inspection.objects.filter(state=State.RUNNING).exclude(runner__in=living).update(**ended)


def attempt_load(attempt: Attempt, serving: Serving, request: LoadRequest, actor: Actor, now: datetime) -> None:
    """Load, take in, and keep what became of it; never raises what a load raises."""
    folder = request.paths[0].parent.parent
    try:
        report = load(serving.home, request, actor.user.email if actor.user else actor.email, now)
        serving.take_in()
        attempt.state = State.DONE
        _keep_report(attempt, report, folder)
    except LoadRefused as refused:
        attempt.state, attempt.error = State.REFUSED, kept(refused.message)
        _keep_errors(attempt, refused.errors, refused.error_count, folder)
    except SoduError as error:
        attempt.state, attempt.error = State.REFUSED, kept(error.message, folder)
    except Exception as error:
        attempt.state, attempt.error = State.FAILED, kept(Message(_UNFORESEEN, {"kind": type(error).__name__}))
        raise
    finally:
        attempt.finished_at = timezone.now()
        attempt.save()
        outcome = _OUTCOMES.get(State(attempt.state), FAILED)
        record(actor, "load", str(attempt), outcome=outcome, attempt=attempt.pk, seqs=attempt.seqs)


def rejects_of(home: Home, attempt: Attempt) -> list[Path]:
    """The files of rows that were refused, with the reasons."""
    target = rejects_target(home, attempt)
    return [*home.rejected.glob(target.name), *sorted(home.rejected.glob(f"{target.stem}-*.csv"))]


def rejects_target(home: Home, attempt: Attempt) -> Path:
    """Where a load writes them."""
    return home.rejected / f"attempt-{attempt.pk}.csv"


def inspect(inspection: Inspection, serving: Serving, actor: Actor) -> None:
    """Check the record and the warehouse, and keep what was found."""
    try:
        findings = check(serving.home, served=serving.check)
        inspection.findings = [_finding(finding) for finding in findings]
        inspection.state = State.DONE
    except Exception:
        inspection.state = State.FAILED
        raise
    finally:
        inspection.finished_at = timezone.now()
        inspection.save()
        broken = [each["name"]["text"] for each in inspection.findings if not each["ok"]]
        outcome = DONE if inspection.state == State.DONE else FAILED
        record(actor, "check", outcome=outcome, looked_at=len(inspection.findings), broken=broken)


def _finding(finding: Finding) -> dict[str, Any]:
    return {"name": kept(finding.name), "ok": finding.ok, "detail": kept(finding.detail)}


def _keep_report(attempt: Attempt, report: LoadReport, folder: Path) -> None:
    attempt.batches = [
        {
            "seq": batch.seq,
            "table": batch.table,
            "file": batch.file,
            "rows": batch.rows,
            "duplicates": batch.duplicates,
            "rejected": batch.rejected,
        }
        for batch in report.batches
    ]
    _keep_errors(attempt, report.errors, report.error_count, folder)


def _keep_errors(attempt: Attempt, errors: tuple[RowError, ...] | list[RowError], count: int, folder: Path) -> None:
    attempt.error_count = count
    attempt.errors = [
        {**vars(error), "message": kept(error.message, folder), "file": Path(error.file).name}
        for error in errors[:ATTEMPT_ERRORS_KEPT]
    ]
