#!/usr/bin/env python3
"""Write docs/reference/ from the declarations, or with --check say which pages are not fresh."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from sodu.entrances.commands.command import Command, Parser, Words  # noqa: E402  (the package need not be installed)
from sodu.entrances.commands.main import COMMANDS  # noqa: E402
from sodu.entrances.configuration import NAMES  # noqa: E402
from sodu.reports.catalog import REPORTS  # noqa: E402
from sodu.reports.column import Column  # noqa: E402
from sodu.reports.conditions import CONDITIONS  # noqa: E402
from sodu.reports.report import Report  # noqa: E402
from sodu.values import limits  # noqa: E402
from sodu.warehouse.facts import TABLES, Field, Table  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by tools/reference.py from {source}; change that instead. -->"


def page(title: str, source: str, parts: Iterable[str]) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", MADE.format(source=source), *parts]) + "\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars within cells are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def rule(field: Field) -> str:
    """What a column of the contract must be, in a few words."""
    words = [
        "required" if field.required else "",
        "one of " + ", ".join(f"`{choice}`" for choice in field.choices) if field.choices else "",
        "may change in a later version" if field.mutable else "",
    ]
    return "; ".join(filter(None, words))


def contract_of(table_: Table) -> str:
    """The section of one table of the contract."""
    kind = "Append-only facts." if table_.is_fact else "Descriptions: the latest version applies."
    key = ", ".join(f"`{name}`" for name in table_.key)
    rows = ([f"`{field.name}`", field.type.value, rule(field), field.meaning] for field in table_.fields)
    columns = table(("column", "type", "rule", "meaning"), rows)
    return f"## {table_.name}\n\n{table_.title}. Key: {key}. {kind}\n\n{columns}"


def data_contract() -> str:
    """The six tables."""
    return page("The tables of the data contract", "src/sodu/warehouse/facts.py", map(contract_of, TABLES))


def limits_page() -> str:
    """Every limit with its value; the unit is in the name."""
    values = ((f"`{name}`", f"{value:,}") for name, value in vars(limits).items() if name.isupper())
    return page("Limits", "src/sodu/values/limits.py", [table(("limit", "value"), values)])


def columns_of(columns: Iterable[Column]) -> str:
    """A table of an answer's columns."""
    return table(("column", "kind", "label"), ([f"`{c.name}`", c.kind.value, c.label] for c in columns))


def report_section(report: Report) -> str:
    """One report: what it shows, asks and adds up."""
    asked = ", ".join(f"`{name}`" for name in report.conditions)
    totals = ", ".join(f"`{column.name}`" for column in report.totals)
    ordered = ", ".join(f"`{name}`" for name in report.sort)
    parts = [
        f"## {report.slug}",
        f"**{report.title}.** {report.summary}",
        f"Conditions: {asked}.",
        columns_of(report.columns),
        f"Totals, for each currency: {totals}." if totals else "",
        f"Order: {ordered}, then the row's key.",
    ]
    return "\n\n".join(filter(None, parts))


def reports_page() -> str:
    """The eight reports, and the conditions that they share."""
    conditions = table(("condition", "what it is"), ([f"`{name}`", text] for name, text in CONDITIONS.items()))
    parts = [
        "Each report is declared once; this page, its options and its formats are derived from that.",
        "## Conditions",
        conditions,
        *map(report_section, REPORTS),
    ]
    return page("The reports", "src/sodu/reports/catalog/", parts)


def command_section(name: str, summary: str) -> str:
    """One command and its words."""
    command: Command = import_module(f"sodu.entrances.commands.{name}")
    words = Words(Parser(f"sodu {name}", summary), str)
    command.declare(words)
    rows = [[f"`{word}`", meaning.replace("%%", "%")] for word, meaning in words.parser.declared()]
    return f"## sodu {name}\n\n{summary}." + ("\n\n" + table(("word", "what it is"), rows) if rows else "")


def commands_page() -> str:
    """Every command of `sodu`."""
    shared = (
        "`--home DIR` (or `SODU_HOME`; `./sodu-data`), `--language en|vi` (or `SODU_LANGUAGE`) and `--help` may stand before or "
        "behind the command. `SODU_ZONE` is the reporting zone, `SODU_MEMORY` and `SODU_THREADS` limit the engine, `SODU_WAREHOUSE` names a cluster in place of the home's file, `SODU_NOW` "
        "is an instant that counts as now.\n\n"
        "Exit status: 0 done, 1 refused (nothing changed), 2 wrong usage, 3 a check failed (an answer is still written), "
        "130 interrupted. Errors go to standard error, one line each."
    )
    sections = (command_section(name, summary) for name, summary in COMMANDS.items())
    return page("The commands", "src/sodu/entrances/commands/", [shared, *sections])


def settings_page() -> str:
    """Every setting of the portal."""
    intro = (
        "Each is a variable of the environment, or a line of `sodu.toml` in the home; the environment wins. `SODU_ZONE` and "
        "`SODU_MEMORY` are read by the server too: see [the commands](commands.md). Single sign-on is "
        "set as `[[single_sign_on]]` tables of `sodu.toml`."
    )
    rows = ([f"`SODU_{name.upper()}`", f"`{name}`", text] for name, text in NAMES.items())
    parts = [intro, table(("variable", "in sodu.toml", "what it is"), rows)]
    return page("The portal's settings", "src/sodu/entrances/configuration.py", parts)


PAGES = {
    "commands.md": commands_page,
    "data-contract.md": data_contract,
    "limits.md": limits_page,
    "reports.md": reports_page,
    "settings.md": settings_page,
}


def main() -> int:
    """Write, or check."""
    check = sys.argv[1:] == ["--check"]
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and stale:
        print("docs/reference is not fresh: " + ", ".join(stale) + "; run tools/reference.py", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
