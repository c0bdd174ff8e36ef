"""What templates say: texts in the reader's language, and the menu."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import get_template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sodu.people.saved import exporting
from sodu.render.language import say as say_message, translate
from sodu.reports.catalog import REPORTS
from sodu.values.text import Message, Text

register = template.Library()
_ME, _TOKEN = "zqmeqz", "zqtokenqz"
"""Where the reader's name and the form's token go in a menu that is kept."""


def _language() -> str:
    return (get_language() or "en")[:2]


class _Say(template.Node):
    """A text, with what stands in its places."""

    def __init__(self, text: str, places: dict[str, FilterExpression], name: str = "") -> None:
        self._text, self._places, self._name = text, places, name

    def render(self, context: Context) -> str:
        """The text in the reader's language; nothing, where it is given a name."""
        if not self._places and not self._name and context.autoescape:
            return _escaped(self._text, _language())
        places = {name: place.resolve(context) for name, place in self._places.items()}
        said = say_message(Message(Text(self._text), places), _language())
        if self._name:
            context[self._name] = said
            return ""
        return conditional_escape(said) if context.autoescape else said


@lru_cache(maxsize=4096)
def _escaped(text: str, language: str) -> SafeString:
    return escape(say_message(Message(Text(text), {}), language))


@register.tag("say")
def say(parser: Parser, token: Token) -> _Say:
    """A text in the reader's language: {% say "Rows: {count}" count=n %}. The catalogue tool reads templates too."""
    _tag, text, *places = token.split_contents()
    name = ""
    if places[-2:-1] == ["as"]:
        *places, _as, name = places
    found = token_kwargs(places, parser)
    if places or text[:1] not in "\"'" or text[:1] != text[-1:]:
        raise template.TemplateSyntaxError(f"{token.contents}: a text and its places are what can be said")
    return _Say(text[1:-1], found, name)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> str:
    """The menu, for the two places where it stands."""
    if context.template is None:
        return ""
    request, user = context["request"], context["user"]
    kept = _menu(
        (_language(), user.is_provider, user.is_partner_admin),
        (request.resolver_match.url_name if request.resolver_match else "", request.path),
        str(getattr(context.get("report"), "menu", "")),
        exporting.ready_count(user),
    )
    return mark_safe(kept.replace(_TOKEN, str(context.get("csrf_token", ""))).replace(_ME, escape(str(user))))  # noqa: S308


@lru_cache(maxsize=512)
def _menu(reader: tuple[str, bool, bool], place: tuple[str, str], now: str, ready: int) -> str:
    """The menu as HTML, the same for all who read alike at the same place."""
    menu: dict[str, str] = {}
    for report in REPORTS:
        menu.setdefault(report.menu, report.slug)
    _said_in, is_provider, is_partner_admin = reader
    here, path = place
    around = {"here": here, "path": path, "menu": list(menu.items()), "now": now, "ready": ready}
    around |= {"is_provider": is_provider, "is_partner_admin": is_partner_admin, "me": _ME, "csrf_token": _TOKEN}
    return str(get_template("parts/nav.html").render(around))


@register.simple_tag
def kept(name: str, **around: Any) -> SafeString:
    """A template that is the same wherever the same stands around it: rendered once for all who read alike."""
    return _rendered(name, tuple(around.items()), _language())


@lru_cache(maxsize=4096)
def _rendered(name: str, around: tuple[tuple[str, Any], ...], _said_in: str) -> SafeString:
    return SafeString(get_template(name).render(dict(around)))


@register.filter
def said(text: str | Message) -> str:
    """A marked text or a message in the reader's language: {{ report.title|said }}."""
    if isinstance(text, Message):
        return say_message(text, _language())
    return translate(str(text), _language())
