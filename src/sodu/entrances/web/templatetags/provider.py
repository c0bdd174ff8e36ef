"""What the provider's pages need of templates: exact amounts as the reader writes them, and hashes made short."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.template import Context

from sodu.entrances.web.middleware.people import reader
from sodu.render.language import Manner

register = template.Library()


@register.simple_tag(takes_context=True)
def amount(context: Context, value: Decimal | int) -> str:
    """A number with all its decimals."""
    found = reader(context["request"])
    return Manner(found.language, found.number_style).number(value)


@register.filter
def short(sha256: str) -> str:
    """The first signs of a hash, enough to tell files apart."""
    return sha256[:10]
