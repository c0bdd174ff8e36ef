"""What may stand where: layers, engine drivers, inexact arithmetic, and words that no file may hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "sodu"
EXACT_LAYERS = ("values", "reports")
BELOW_RENDER = ("values", "warehouse", "reports")

# Engines agree on filter, group, SUM, COUNT, MIN and MAX; on these they do not, and silently.
INEXACT_SQL = re.compile(
    r"\b(avg|mean|median|round|floor|ceil|trunc|upper|lower|length|len|stddev\w*|var_\w+|power|pow|sqrt)\s*\("
    r"|\b(double|float|real|float4|float8)\b"
    r"|(?<![</*])/(?![>/*])",
    re.IGNORECASE,
)
# Said in two parts, so that this file does not hold what it forbids.
FORBIDDEN_IN_FILES = {
    "a registry's address": "pypi" + r"\.org|python" + r"hosted\.org|registry\.npm" + r"js|deb" + r"ian\.org",
    "an index of packages": r"--(extra-)?index" + r"-url|--find" + r"-links|file:/" + "//",
    "an absolute path of a machine": r"(?<![\w.])/(wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/",
    "something left for later": r"\b(TO" + r"DO|FIX" + r"ME)\b",
}


def modules(*layers: str) -> list[Path]:
    return sorted(path for layer in layers for path in (PACKAGE / layer).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts_for_people(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, and what stands in `_("…")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "mark"):
            yield from ast.walk(node)


def fragments(tree: ast.Module) -> Iterator[str]:
    """Every string of a module that is not said to people: SQL is among them."""
    said = {id(node) for node in texts_for_people(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_imports_point_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, is_debug_mode=False) == 0


@pytest.mark.parametrize("path", modules("reports"), ids=named)
def test_sql_of_reports_only_filters_groups_and_sums(path: Path) -> None:
    assert [text for text in fragments(tree_of(path)) if INEXACT_SQL.search(text)] == []


@pytest.mark.parametrize("path", modules(*BELOW_RENDER), ids=named)
def test_no_number_is_a_float(path: Path) -> None:
    tree = tree_of(path)
    calls = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "float"]
    literals = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    is_money = path.parts[-2] in EXACT_LAYERS or "reports" in path.parts
    assert calls + (literals if is_money else []) == []


@pytest.mark.parametrize("path", modules(*EXACT_LAYERS), ids=named)
def test_division_is_exact(path: Path) -> None:
    """`/` of Decimals rounds as the thread's context says; of Fractions it is exact, and is rounded once, later."""
    tree = tree_of(path)
    divides = any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) for node in ast.walk(tree))
    imports = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not divides or "fractions" in imports


def files_of_the_project() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN_IN_FILES)
def test_files_do_not_hold(what: str) -> None:
    pattern = re.compile(FORBIDDEN_IN_FILES[what])
    found = []
    for path in files_of_the_project():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{named(path)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_the_scans_find_what_they_look_for() -> None:
    """A scan that finds nothing anywhere proves nothing."""
    for fragment in ("avg(x)", "ROUND (a, 2)", "a / b", "a/b", "x::DOUBLE", "lower(name)"):
        assert INEXACT_SQL.search(fragment), fragment
    for fragment in ("sum(x)", "a <> b", "</row>", "DECIMAL(38,12)", "substr(x, 1)"):
        assert not INEXACT_SQL.search(fragment), fragment
    tree = tree_of(PACKAGE / "values" / "text.py")
    assert "as it is" not in "".join(fragments(tree))
    assert len(files_of_the_project()) > 50
