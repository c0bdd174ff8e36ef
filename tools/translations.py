#!/usr/bin/env python3
"""Bring the catalogue of texts up to date and compile it, or with --check say what is missing in it."""

from __future__ import annotations

import ast
import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "sodu"
FOLDER = SOURCES / "locale" / "vi" / "LC_MESSAGES"
PO, MO = FOLDER / "sodu.po", FOLDER / "sodu.mo"
TEMPLATES = SOURCES / "entrances" / "web" / "templates"
MARKS = ("_", "mark")
SAY = re.compile(r"""\{%\s*say\s+(["'])(.*?)\1""")
COMMENT = re.compile(
    r"(?s)\{% block main_class %\}.*?\{% endblock %\}|\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->|<!doctype[^>]*>"
)
TEMPLATE_WORDS = re.compile(r"(?s)\{%.*?%\}|\{\{.*?\}\}")
SHOWN_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
NAMES = {
    "English",
    "Tiếng",
    "Việt",
    "sodu",
    "openapi",
    "json",
    "Sodu",
    "CSV",
    "JSON",
    "Parquet",
    "Excel",
    "SHA",
    "API",
    "MCP",
    "OpenAPI",
    "URL",
    "UTC",
    "FOCUS",
    "SSO",
    "TOTP",
}
"""Names, which are the same in every language."""
HEADER = (
    ("Language", "vi"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
)
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
PRINTF = re.compile(r"%(?:\(\w+\))?[rs]")


def marked(path: Path) -> Iterator[str]:
    """The texts that a module marks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        (argument,) = node.args
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            sys.exit(f"{path}:{node.lineno}: only a literal text can be marked for translation")
        yield argument.value


def said(path: Path) -> Iterator[str]:
    """The texts that a template says."""
    for found in SAY.finditer(path.read_text(encoding="utf-8")):
        yield found[2]


def texts() -> list[str]:
    """Every marked text once, in order of first sight."""
    of_modules = (text for path in sorted(SOURCES.rglob("*.py")) for text in marked(path))
    of_templates = (text for path in templates() for text in said(path))
    return list(dict.fromkeys([*of_modules, *of_templates]))


def templates() -> list[Path]:
    """Every template, sorted."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def bare(path: Path) -> Iterator[str]:
    """Words in a template that are not said: they would be English in every language."""
    text = path.read_text(encoding="utf-8")
    for unseen in (COMMENT, TEMPLATE_WORDS):
        text = unseen.sub("\x00", text)
    shown = [found[1] for found in SHOWN_ATTRIBUTES.finditer(text)]
    shown += re.split(r"<[^>]*>", re.sub(r"(?s)<(script|style|svg|code|pre|kbd)\b.*?</\1>", "", text))
    for words in shown:
        for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", words)):
            if word not in NAMES:
                yield word


def places(text: str) -> list[str]:
    """The places in a text that something is put into."""
    braces = [f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    return sorted(braces) + sorted(PRINTF.findall(text))


def catalogue() -> Catalog:
    """What is translated so far."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def updated(translated: dict[str, str]) -> Catalog:
    """A catalogue of exactly the marked texts; without times, so that equal texts are equal files."""
    fresh = Catalog(
        locale="vi",
        project="sodu",
        version="0",
        fuzzy=False,
        creation_date=NO_TIME,
        revision_date=NO_TIME,
        last_translator="sodu",
        language_team="sodu",
        msgid_bugs_address="sodu",
    )
    for text in texts():
        fresh.add(text, translated.get(text, ""))
    return fresh


def po_bytes(of: Catalog) -> bytes:
    """The catalogue as translators edit it."""
    out = io.BytesIO()
    write_po(out, of, width=120, omit_header=True)
    header = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADER)
    return f'msgid ""\nmsgstr ""\n{header}\n'.encode() + out.getvalue()


def mo_bytes(of: Catalog) -> bytes:
    """The catalogue as programs read it."""
    out = io.BytesIO()
    write_mo(out, of)
    return out.getvalue()


def faults(of: Catalog) -> list[str]:
    """What a reader of the other language would stumble over."""
    found = []
    for message in of:
        if not message.id:
            continue
        if not message.string:
            found.append(f"not translated: {message.id!r}")
        elif places(str(message.id)) != places(str(message.string)):
            found.append(f"other places than the English text: {message.id!r}")
    return found


def main() -> int:
    """Write, or check."""
    translated = {str(message.id): str(message.string) for message in catalogue()} if PO.exists() else {}
    fresh = updated(translated)
    found = faults(fresh)
    found += [f"{path.relative_to(ROOT)}: not said: {word!r}" for path in templates() for word in bare(path)]
    po, mo = po_bytes(fresh), mo_bytes(fresh)
    if sys.argv[1:] == ["--check"]:
        stale = [path.name for path, made in ((PO, po), (MO, mo)) if not path.exists() or path.read_bytes() != made]
        found += [f"{name} is not fresh; run tools/translations.py" for name in stale]
    else:
        FOLDER.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po)
        MO.write_bytes(mo)
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
