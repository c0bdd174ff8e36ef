"""Texts that users see: marked here in English, translated at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Text(str):
    """An English message id; `render.language` gives it in the reader's language. Data is never one."""

    __slots__ = ()


def mark(message: str) -> Text:
    """Mark a message for translation (the catalogue tool looks for this name and `_`)."""
    return Text(message)


@dataclass(frozen=True)
class Message:
    """A text with named places and what stands in them; translated as a whole.

    A parameter that is itself a `Text` or a `Message` is translated too.
    """

    template: Text
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.parameters) if self.parameters else self.template
