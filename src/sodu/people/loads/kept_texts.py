"""Messages as they are kept: with their places, so that each reader has them in their own language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sodu.values.text import Message, Text


def kept(message: Message | Text, folder: Path | None = None) -> dict[str, Any]:
    """A message as JSON; paths within a folder of the server's own become names."""
    if isinstance(message, Text):
        return {"text": str(message), "places": {}}
    return {
        "text": str(message.template),
        "places": {name: _place(v, folder) for name, v in message.parameters.items()},
    }


def message_of(content: dict[str, Any] | None) -> Message:
    """The message that was kept."""
    if not content:
        return Message(Text(""))
    places = {name: message_of(v) if isinstance(v, dict) else v for name, v in content["places"].items()}
    return Message(Text(content["text"]), places)


def _place(value: Any, folder: Path | None) -> Any:
    if isinstance(value, Message | Text):
        return kept(value, folder)
    if isinstance(value, bool | int):
        return value
    text = str(value)
    return Path(text).name if folder and text.startswith(str(folder)) else text
