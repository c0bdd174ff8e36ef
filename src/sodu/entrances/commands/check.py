"""`sodu check`: whether the record and what is derived from it are what they should be."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from sodu.entrances.commands.command import CHECK_FAILED, DONE, Context, Words
from sodu.entrances.commands.progress import shown
from sodu.entrances.local.client import end_of, is_served
from sodu.values.text import Message, Text, mark as _
from sodu.warehouse.check import WAREHOUSE, Finding, check
from sodu.warehouse.home import Home


def declare(words: Words) -> None:
    """For people, or for programs."""
    words.flag("--json", help=_("Answer as JSON"))


def run(options: argparse.Namespace, context: Context) -> int:
    """A line for each thing that was looked at; the status says whether all is well."""
    home = Home.open(context.home)
    with shown(context.say) as progress:
        findings = check(home, progress, _of_server(home, context) if is_served(home) else None)
    said = [(context.say(finding.name), finding.ok, context.say(finding.detail)) for finding in findings]
    if options.json:
        print(json.dumps([{"name": name, "ok": ok, "detail": detail} for name, ok, detail in said], ensure_ascii=False))
    else:
        print("\n".join(f"{'✓' if ok else '✗'} {name}: {detail}" for name, ok, detail in said))
    return DONE if all(ok for _name, ok, _detail in said) else CHECK_FAILED


def _of_server(home: Home, context: Context) -> Callable[[], Finding]:
    """What the server that holds the warehouse finds of it."""

    def found() -> Finding:
        answer = end_of(home, "check", {"language": context.language})
        return Finding(WAREHOUSE, answer["ok"], Message(Text("{said}"), {"said": answer["detail"]}))

    return found
