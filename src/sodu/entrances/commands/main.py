"""`sodu`: finds the command, builds its parser alone, runs it, and says in one line what went wrong."""

from __future__ import annotations

import argparse
import errno
import gettext
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, cast

import sodu
from sodu.entrances import clock
from sodu.entrances.commands.command import (
    DONE,
    INTERRUPTED,
    REFUSED,
    WRONG_USAGE,
    Command,
    Context,
    Parser,
    Say,
    Words,
)
from sodu.entrances.commands.output import row_error
from sodu.render.language import LANGUAGES, say as say_in, translate
from sodu.values.errors import DiskFull, LoadRefused, SoduError, WrongUsage
from sodu.values.text import Message, Text, mark as _

SUMMARY = _("Reports of a cloud partner portal: credit, discounts and revenue, exact to the last digit.")
COMMANDS: dict[str, Text] = {
    "load": _("Load files or folders of billing data into the record"),
    "report": _("Ask a report, as a table, JSON, CSV, a workbook or Parquet"),
    "reports": _("List the reports"),
    "journal": _("List what was loaded and withdrawn"),
    "withdraw": _("Take a batch out of the reports, as a new row of the journal"),
    "check": _("Check the record and what is derived from it"),
    "rebuild": _("Make the warehouse anew from the record"),
    "move": _("Move the journal and the portal from files into PostgreSQL (DATABASE_URL)"),
    "serve": _("Run the portal: pages, API and background work"),
    "invite": _("Make a link that lets a person in, or gives one a new password"),
    "demo": _("Load invented data of a whole provider"),
}
"""Every command, with what it does: said here, so that `sodu --help` imports none of them."""

DEFAULT_HOME = "sodu-data"
LOCALE = Path(sodu.__file__).with_name("locale")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the result is its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminated)
    _write_utf8()
    say: Say = str
    try:
        say = _speaker(_language_asked(arguments))
        status = _run(arguments, say)
        sys.stdout.flush()
        return status
    except SoduError as error:
        return _complain(error, say)
    except BrokenPipeError:
        # Whoever read has enough; the interpreter's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE
    except KeyboardInterrupt:
        print(say(_("interrupted; nothing was left half done")), file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _complain(DiskFull(), say)
        place = f"{error.filename}: " if error.filename else ""
        return _line(f"{place}{error.strerror or error}")
    except Exception as error:
        # A user is told in one line, whatever it was.
        if os.environ.get("SODU_DEBUG"):
            raise
        unforeseen = _("unforeseen {kind}: {text} (SODU_DEBUG=1 shows where; please report it)")
        first_line = next(iter(str(error).splitlines()), "")
        return _line(say(Message(unforeseen, {"kind": type(error).__name__, "text": first_line})))


def _run(arguments: Sequence[str], say: Say) -> int:
    parser = _outer_parser(say)
    outer = parser.parse_words(arguments)
    if outer.version:
        print(f"sodu {sodu.__version__}")
        return DONE
    if outer.command is None or (outer.help and outer.command not in COMMANDS):
        print(_help(parser, say), file=sys.stdout if outer.help else sys.stderr)
        return DONE if outer.help else WRONG_USAGE
    if outer.command not in COMMANDS:
        raise WrongUsage(
            _("there is no command '{name}'; there are {known}"), name=outer.command, known=", ".join(COMMANDS)
        )
    return _run_command(outer, say)


def _run_command(outer: argparse.Namespace, say: Say) -> int:
    command = cast("Command", importlib.import_module(f"sodu.entrances.commands.{outer.command}"))
    words = Words(Parser(f"sodu {outer.command}", say(COMMANDS[outer.command])), say)
    command.declare(words)
    _declare_shared(words)
    options = words.parser.parse_words(outer.rest, argparse.Namespace(**vars(outer)))
    if options.help:
        print(words.parser.format_help())
        return DONE
    context = Context(
        home=Path(options.home or os.environ.get("SODU_HOME") or DEFAULT_HOME),
        language=_language(options.language),
        say=say,
        now=clock.now(),
    )
    return command.run(options, context)


def _outer_parser(say: Say) -> Parser:
    words = Words(Parser("sodu", say(SUMMARY)), say)
    _declare_shared(words)
    words.flag("--version", help=_("Say the version"))
    words.parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    words.parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    words.parser.usage = "sodu [--home DIR] [--language LANGUAGE] COMMAND …"
    return words.parser


def _declare_shared(words: Words) -> None:
    """The options that stand before the command or behind it; the default lets the earlier one stand."""
    unsaid = None if words.parser.prog == "sodu" else argparse.SUPPRESS
    words.option("--home", metavar="DIR", default=unsaid, help=_("Where the data lies (SODU_HOME; ./sodu-data)"))
    words.option(
        "--language", metavar="LANGUAGE", default=unsaid, help=_("Of texts for people: en or vi (SODU_LANGUAGE)")
    )
    words.option("-h", "--help", action="store_true", default=unsaid or False, help=_("Say this"))


def _help(parser: Parser, say: Say) -> str:
    lines = [f"  {name:<10}{say(summary)}" for name, summary in COMMANDS.items()]
    more = say(_("`sodu COMMAND --help` says more of one."))
    return "\n".join([parser.format_help().rstrip(), "", say(_("Commands:")), *lines, "", more])


def _language_asked(arguments: Sequence[str]) -> str:
    """The language, before anything is parsed: complaints are made in it too."""
    for index, word in enumerate(arguments):
        if word == "--language" and index + 1 < len(arguments):
            return _language(arguments[index + 1])
        if word.startswith("--language="):
            return _language(word.partition("=")[2])
    return _language(None)


_ARGPARSE = (
    _("usage: "),
    _("options"),
    _("positional arguments"),
    _("argument %(argument_name)s: %(message)s"),
    _("expected one argument"),
    _("unrecognized arguments: %s"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("invalid %(type)s value: %(value)r"),
)
"""Texts of argparse, marked so that the catalogue has them: argparse asks gettext for them itself."""


def _speaker(language: str) -> Say:
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("sodu", LOCALE)
    gettext.textdomain("sodu")
    return lambda text: say_in(text, language) if isinstance(text, Message) else translate(text, language)


def _language(asked: str | None) -> str:
    language = asked or os.environ.get("SODU_LANGUAGE") or LANGUAGES[0]
    if language not in LANGUAGES:
        raise WrongUsage(_("language: '{text}' is none of {known}"), text=language, known=", ".join(LANGUAGES))
    return language


def _complain(error: SoduError, say: Say) -> int:
    if isinstance(error, LoadRefused):
        for row in error.errors:
            print(row_error(row, say), file=sys.stderr)
    return _line(say(error.message), WRONG_USAGE if isinstance(error, WrongUsage) else REFUSED)


def _line(text: str, status: int = REFUSED) -> int:
    print("sodu: " + " ".join(text.split()), file=sys.stderr)
    return status


def _write_utf8() -> None:
    """Names are in Vietnamese and in anything else, whatever the machine's locale can spell."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _terminated(_signal: int, _frame: object) -> NoReturn:
    """End as an interrupt does: what is being made is taken back on the way out."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
