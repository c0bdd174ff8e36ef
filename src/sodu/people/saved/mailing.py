"""The mail of a delivery: in the recipient's language, a link, and the file where it was chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, cast

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from sodu.people.accounts.models import User
from sodu.people.saved.models import Delivery
from sodu.people.saved.questions import Question, file_name, of_period
from sodu.render.formats import by_slug
from sodu.render.language import LANGUAGES, say, translate
from sodu.render.options import Options
from sodu.reports.table import ResultTable
from sodu.values.limits import MAIL_ATTACHMENT_BYTES_MAX
from sodu.values.text import Message, mark as _
from sodu.warehouse.serving import Serving

_SALT = "sodu.unsubscribe"
_SUBJECT = _("{report}, {period}")


def mail_of(
    delivery: Delivery, recipient: User, question: Question, serving: Serving, now: datetime
) -> EmailMultiAlternatives:
    """The mail, made with the answer that the recipient may see."""
    language = language_of(recipient)
    attaches = delivery.schedule.attaches
    asked = question if attaches else replace(question, conditions=replace(question.conditions, limit=1))
    table = asked.answer(serving, now)
    content = _file(table, attaches, language) if attaches and table.row_count else None
    leave = f"{settings.CONFIGURATION.url}/unsubscribe/{token_of(delivery)}"
    title = translate(question.report.title, language)
    subject = say(Message(_SUBJECT, {"report": title, "period": delivery.period}), language)
    query = of_period(delivery.schedule.view.query, delivery.period)
    context = {
        "delivery": delivery,
        "report": question.report,
        "sentences": table.header.sentences,
        "is_empty": table.row_count == 0,
        "attached": content is not None,
        "too_large": bool(attaches and table.row_count and content is None),
        "link": f"{settings.CONFIGURATION.url}/reports/{question.report.slug}?{query}",
        "leave": leave,
        "language": language,
        "subject": subject,
    }
    with translation.override(language):
        text = render_to_string("mail/report.txt", context)
        html = render_to_string("mail/report.html", context)
    mail = EmailMultiAlternatives(
        " ".join(subject.split()),
        text,
        to=[recipient.email],
        headers={
            "Message-ID": delivery.message_id,
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    if content is not None:
        chosen = by_slug(attaches)
        mail.attach(file_name(question, chosen.suffix), content, chosen.media_type.partition(";")[0])
    return mail


def language_of(user: User) -> str:
    """In which language a person is written to."""
    return user.language if user.language in LANGUAGES else LANGUAGES[0]


def token_of(delivery: Delivery) -> str:
    """What the link to leave a schedule carries: signed, for this person and schedule alone."""
    return signing.dumps([delivery.schedule_id, delivery.recipient_id], salt=_SALT)


def read_token(token: str) -> tuple[int, int] | None:
    """The schedule and the person of such a link; None for what we did not sign."""
    try:
        schedule, person = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(schedule), int(person)


class _TooLarge(Exception):
    """The file does not fit into a mail."""


class _Bounded(BytesIO):
    def write(self, content: object) -> int:
        written = super().write(content)  # type: ignore[arg-type]
        if self.tell() > MAIL_ATTACHMENT_BYTES_MAX:
            raise _TooLarge
        return written


def _file(table: ResultTable, format_: str, language: str) -> bytes | None:
    """The whole file, or nothing where it is too large for a mail."""
    out = _Bounded()
    try:
        # Excel is what people open such a file with: CSV begins with the mark that it needs.
        by_slug(format_).write(table, cast("BinaryIO", out), Options(language=language, bom=True))
    except _TooLarge:
        table.batches = iter(())
        return None
    return out.getvalue()
