"""What the documents say is so: links lead somewhere, commands run and print what is shown."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
ENVIRONMENT = {
    "SODU_NOW": "2026-11-20T02:00:00Z",
    "SODU_ZONE": "Asia/Ho_Chi_Minh",
    "SODU_LANGUAGE": "en",
    "LC_ALL": "C.UTF-8",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


@dataclass(frozen=True)
class Command:
    """A command as a page shows it, and the lines that it shows under it."""

    line: str
    shown: tuple[str, ...]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(path: Path) -> Iterator[Command]:
    for block in CONSOLE.findall(path.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            # A command goes on where its line ends with a backslash.
            lines = part.replace("\\\n", " ").splitlines()
            yield Command(lines[0], tuple(lines[1:]))


def shows(shown: tuple[str, ...], printed: str) -> bool:
    """Whether the printed text is the shown one; `…` stands for anything, spaces for any number of them."""
    wanted = r"\s+".join(re.escape(word).replace(ANYTHING, ".*") for word in " ".join(shown).split())
    return re.fullmatch(rf"\s*{wanted}\s*", printed, re.DOTALL) is not None


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(prose(path)):
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


@pytest.mark.parametrize("path", [p for p in PAGES if any(commands(p))], ids=named)
def test_commands_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    """All of a page's commands, in order, in an empty folder that has the examples in it."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SODU_")} | ENVIRONMENT
    for command in commands(path):
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        printed = done.stdout + done.stderr
        assert "Traceback" not in printed
        if command.shown:
            assert shows(command.shown, printed), f"$ {command.line}\n{printed}"
        else:
            assert done.returncode == 0, f"$ {command.line}\n{printed}"


def test_reference_is_fresh() -> None:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("index", ["docs/README.md", "docs/decisions/README.md"])
def test_every_page_is_reached(index: str) -> None:
    folder = (ROOT / index).parent
    reached = {(folder / target.partition("#")[0]).resolve() for target in LINK.findall(prose(ROOT / index))}
    elsewhere = folder / "decisions"
    pages = {page for page in folder.rglob("*.md") if page != ROOT / index and elsewhere not in page.parents}
    assert pages - reached == set()


def test_the_comparison_compares() -> None:
    assert shows(("a  b", "…", "end"), "a b\nwhatever\nend\n")
    assert not shows(("a b",), "a c\n")
    assert shlex.split(next(commands(ROOT / "docs" / "tutorial.md")).line)[0] == "sodu"


SECURITY = ROOT / "docs" / "reference" / "security.md"
REASONS = ("reason", "does not apply", "this page", "the same", "as 7.4.1")


def requirements() -> list[tuple[str, str]]:
    """The lines of the security page that name a requirement, with what tests it."""
    found = []
    for table in re.findall(
        r"^\| requirement \|[^\n]+\n\|[-| ]+\n((?:\|[^\n]+\n)+)", SECURITY.read_text("utf-8"), re.MULTILINE
    ):
        found += re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    return found


def named_tests(cell: str) -> Iterator[tuple[str, str]]:
    """Files of tests and, where one is meant, the test in it; a bare name is of the file before it."""
    file = ""
    for path, test in re.findall(r"`([\w/]+\.py)?(?:::(\w+))?`", cell):
        file = path or file
        yield file, test


def test_every_requirement_of_security_has_a_test_that_is_there_or_a_reason() -> None:
    found = requirements()
    assert len(found) > 50
    files = {
        str(path.relative_to(ROOT / "tests")): path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    missing = []
    for requirement, cell in found:
        named_here = list(named_tests(cell))
        if not named_here and not any(reason in cell for reason in REASONS):
            missing.append(f"{requirement}: {cell}")
        for file, test in named_here:
            texts = [text for name, text in files.items() if f"/{name}".endswith(f"/{file}")]
            if len(texts) != 1 or (test and f"def {test}(" not in texts[0]):
                missing.append(f"{requirement}: {file}::{test}")
    assert missing == []
