"""What templates say: texts in the reader's language, and links that keep the question."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from sodu.render.language import say as say_message, translate
from sodu.values.text import Message, Text

register = template.Library()


def _language() -> str:
    return (get_language() or "en")[:2]


@register.simple_tag
def say(text: str, **places: Any) -> str:
    """A text in the reader's language: {% say "Rows: {count}" count=n %}. The catalogue tool reads templates too."""
    return say_message(Message(Text(text), places), _language())


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> str:
    """The menu, rendered once for the two places where it stands."""
    around = context.template
    return around.engine.get_template("parts/nav.html").render(context) if around else ""


@register.filter
def said(text: str | Message) -> str:
    """A marked text or a message in the reader's language: {{ report.title|said }}."""
    if isinstance(text, Message):
        return say_message(text, _language())
    return translate(str(text), _language())
