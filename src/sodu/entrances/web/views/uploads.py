"""Loading from a page: files come in, are loaded by the command's own code, and what became of it is shown and kept."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from sodu.entrances import clock
from sodu.entrances.commands.load import expected, pairs
from sodu.entrances.web import running
from sodu.entrances.web.actor import actor_of
from sodu.entrances.web.journal_rows import entry
from sodu.entrances.web.middleware.people import reader
from sodu.entrances.web.provider import operating, reading
from sodu.entrances.web.uploading import ACCOUNTS, Uploads
from sodu.people.audit.log import record
from sodu.people.loads.attempts import attempt_load, rejects_of, rejects_target
from sodu.people.loads.kept_texts import message_of
from sodu.people.loads.models import Attempt
from sodu.people.servers import presence
from sodu.render.language import say
from sodu.values.errors import SoduError, WrongUsage
from sodu.values.limits import PAGE_ROWS_DEFAULT, PAGE_UPLOAD_BYTES_MAX
from sodu.values.text import Message, mark as _
from sodu.warehouse.facts import TABLES
from sodu.warehouse.loading import LoadRequest
from sodu.warehouse.loading.files import SUFFIXES

_QUICK_SECONDS = 3
"""A load that ends within this is shown ended; a longer one is watched from its page."""
_WORDS = ("source", "table", "partner", "account_type", "zone", "map", "expect", "partial", "replaces")


@csrf_exempt  # the check follows in `_received`, once it is known where the files go: it reads the form
@require_http_methods(["GET", "HEAD", "POST"])
def load_new(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends."""
    operating(request)
    if request.method != "POST":
        return _form(request, {name: request.GET.get(name, "") for name in _WORDS})
    with ExitStack() as stack:
        uploads = Uploads(request, stack.enter_context(running.record().home.scratch()))
        request.upload_handlers = [uploads]
        response: HttpResponse = _received(request, uploads, stack)
        return response


@csrf_protect
def _received(request: HttpRequest, uploads: Uploads, stack: ExitStack) -> HttpResponse:
    words = {name: request.POST.get(name, "").strip() for name in _WORDS}
    for file in (*request.FILES.getlist("files"), *request.FILES.getlist(ACCOUNTS)):
        file.close()
    if uploads.trouble or not uploads.paths:
        return _form(request, words, uploads.trouble or Message(_("choose at least one file")))
    given = {name: text for name, text in words.items() if text and (name, text) not in _USUAL}
    try:
        asked = _request(uploads, given)
    except SoduError as error:
        return _form(request, words, error.message)
    names = [path.name for path in uploads.paths]
    actor, serving, now = actor_of(request), running.record(), clock.now()
    options = given | ({ACCOUNTS: uploads.accounts.name} if uploads.accounts else {})
    attempt = Attempt.objects.create(user=actor.user, runner=presence.me(), files=names, options=options)
    asked = LoadRequest(**{**vars(asked), "rejected": rejects_target(serving.home, attempt)})
    held = stack.pop_all()

    def work() -> None:
        with held:
            attempt_load(attempt, serving, asked, actor, now)

    running.beside("load", work).join(_QUICK_SECONDS)
    return HttpResponseRedirect(reverse("load_attempt", args=[attempt.pk]))


@require_safe
def load_attempts(request: HttpRequest) -> HttpResponse:
    """What was tried from this page, newest first."""
    reading(request)
    found = Attempt.objects.order_by("-pk").select_related("user")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    shown = list(islice(found.iterator(), PAGE_ROWS_DEFAULT + 1))
    is_more = len(shown) > PAGE_ROWS_DEFAULT
    shown = shown[:PAGE_ROWS_DEFAULT]
    record(actor_of(request), "view", "loads/attempts")
    return render(
        request,
        "provider/attempts.html",
        {"attempts": shown, "next": shown[-1].pk if is_more else None, "is_first": not before},
    )


@require_safe
def load_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one."""
    reading(request)
    attempt = get_object_or_404(Attempt.objects.select_related("user"), pk=pk)
    serving = running.record()
    given: dict[str, Any] = {
        "attempt": attempt,
        "reason": message_of(attempt.error),
        "batches": [
            {**batch, "entry": entry(serving, batch["seq"]) if batch["seq"] else None} for batch in attempt.batches
        ],
        "errors": [{**error, "said": message_of(error["message"])} for error in attempt.errors],
        "rejects": [path.name for path in rejects_of(serving.home, attempt)],
        "words": {table.name: table.title for table in TABLES},
    }
    if not request.headers.get("HX-Request"):
        record(actor_of(request), "view", f"loads/attempts/{pk}")
    return render(request, "provider/attempt.html", given)


@require_safe
def load_rejected(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """The rows that were refused, with the reasons, as CSV."""
    reading(request)
    attempt = get_object_or_404(Attempt, pk=pk)
    found = [path for path in rejects_of(running.record().home, attempt) if path.name == name]
    if not found:
        raise Http404
    record(actor_of(request), "export", f"loads/attempts/{pk}/{name}")
    return FileResponse(found[0].open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@require_safe
def load_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The errors that are kept, as CSV."""
    reading(request)
    attempt = get_object_or_404(Attempt, pk=pk)
    out, language = io.StringIO(), reader(request).language
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("file", "row", "column", "code", "message", "value"))
    for error in attempt.errors:
        said = say(message_of(error["message"]), language)
        cells = (error["file"], error["row"], error["column"], error["code"], said, error["value"])
        lines.writerow([_plain(cell) for cell in cells])
    record(actor_of(request), "export", f"loads/attempts/{pk}/errors")
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="attempt-{pk}-errors.csv"'
    return response


_USUAL = (("source", "contract"), ("account_type", "customer"), ("partial", "no"))


def _form(request: HttpRequest, words: dict[str, str], complaint: Message | None = None) -> HttpResponse:
    given = {
        "asked": words,
        "complaint": complaint,
        "tables": TABLES,
        "suffixes": ",".join(SUFFIXES),
        "zone": running.record().zone,
        "most": PAGE_UPLOAD_BYTES_MAX // 1024**3,
    }
    return render(request, "provider/new.html", given, status=422 if complaint else 200)


def _request(uploads: Uploads, words: dict[str, str]) -> LoadRequest:
    replaces = words.get("replaces", "")
    if replaces and not (replaces.isascii() and replaces.isdigit() and len(replaces) < 10):
        raise WrongUsage(_("{name}: '{text}' is no number"), name="replaces", text=replaces)
    for name, choices in (("source", ("contract", "focus")), ("account_type", ("partner", "customer"))):
        if words.get(name, choices[0]) not in choices:
            raise WrongUsage(
                _("{name}: '{text}' is none of {choices}"), name=name, text=words[name], choices=", ".join(choices)
            )
    is_focus = words.get("source") == "focus"
    return LoadRequest(
        paths=tuple(uploads.paths),
        table=None if is_focus else words.get("table"),
        source=words.get("source", "contract"),
        partner=words.get("partner") if is_focus else None,
        account_type=words.get("account_type", "customer"),
        mapping=uploads.accounts if is_focus else None,
        column_map=dict(pairs("map", words.get("map", "").replace(" ", "").split(","))) if is_focus else {},
        zone=words.get("zone"),
        partial=words.get("partial") == "yes",
        expect=expected(words.get("expect", "")),
        replaces=int(replaces) if replaces else None,
    )


def _plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return "'" + text if text[:1] in "=+-@\t\r" and text else text
