"""What every command is: texts that declare its words, and a function that runs it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, Protocol

from sodu.values.errors import WrongUsage
from sodu.values.text import Message, Text, mark as _

DONE, REFUSED, WRONG_USAGE, CHECK_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
"""What the program's exit status says."""

Say = Callable[[Text | Message], str]
"""Gives a text in the reader's language."""


@dataclass(frozen=True)
class Context:
    """What every command is given beside its own words."""

    home: Path
    language: str
    say: Say
    now: datetime
    """The instant that counts as now, in UTC."""


class Command(Protocol):
    """A module of this package that is a command."""

    def declare(self, words: Words) -> None:
        """Say which words the command takes."""

    def run(self, options: argparse.Namespace, context: Context) -> int:
        """Do it; the result is the exit status."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are WrongUsage, and which completes no abbreviations."""

    def __init__(self, program: str, summary: str) -> None:
        super().__init__(prog=program, description=summary, allow_abbrev=False, add_help=False)

    def parse_words(self, words: Sequence[str], known: argparse.Namespace | None = None) -> argparse.Namespace:
        """Parse, taking values that begin with a dash too: `--sort -sales`, or an account named `-1`."""
        joined: list[str] = []
        for word in words:
            if joined and word.startswith("-") and word not in self._option_string_actions and self._awaits(joined[-1]):
                joined[-1] += "=" + word
            else:
                joined.append(word)
        return self.parse_args(joined, known)

    def declared(self) -> list[tuple[str, str]]:
        """Each word as it is written, and what it is: for the reference."""
        return [
            (", ".join(action.option_strings) or str(action.metavar or action.dest), action.help or "")
            for action in self._actions
            if action.help != argparse.SUPPRESS
        ]

    def _awaits(self, word: str) -> bool:
        action = self._option_string_actions.get(word)
        return action is not None and word.startswith("--") and action.nargs != 0

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise WrongUsage(_("{complaint}; `{program} --help` says more"), complaint=message, program=self.prog)


@dataclass(frozen=True)
class Words:
    """The words of one command, declared with texts that are translated here."""

    parser: Parser
    say: Say

    def option(self, *names: str, help: Text, **settings: Any) -> None:
        """An option; the settings are argparse's."""
        self.parser.add_argument(*names, help=self.say(help).replace("%", "%%"), **settings)

    def several(self, name: str, *, help: Text, metavar: str) -> None:
        """An option that may be given several times."""
        self.option(name, help=help, metavar=metavar, action="append", default=[])

    def flag(self, name: str, *, help: Text) -> None:
        """An option without a value."""
        self.option(name, help=help, action="store_true")
