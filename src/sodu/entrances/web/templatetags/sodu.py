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
_MENU = tuple(
    (menu, next(report.slug for report in REPORTS if report.menu == menu))
    for menu in dict.fromkeys(report.menu for report in REPORTS)
)
"""The menu's entries, each with its first report."""


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
    menu = kept(
        "parts/nav.html",
        here=request.resolver_match.url_name if request.resolver_match else "",
        path=request.path,
        menu=_MENU,
        now=str(getattr(context.get("report"), "menu", "")),
        ready=exporting.ready_count(user),
        is_provider=user.is_provider,
        is_partner_admin=user.is_partner_admin,
        me=_ME,
        csrf_token=_TOKEN,
    )
    return mark_safe(menu.replace(_TOKEN, str(context.get("csrf_token", ""))).replace(_ME, escape(str(user))))  # noqa: S308


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
