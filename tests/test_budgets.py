"""The sizes that keep the code readable: see CONTRIBUTING.md."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for folder in ("src", "tests", "tools", "bench") for path in (ROOT / folder).rglob("*.py"))
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 5
DEPENDENCIES_MAX = 25
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "handler", "misc"}

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, type_of_function))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_functions_are_short(path: Path) -> None:
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(path) if f.end_lineno}
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES_MAX} == {}


@pytest.mark.parametrize("path", [p for p in SOURCES if ROOT / "tests" not in p.parents], ids=named)
def test_functions_take_few_parameters(path: Path) -> None:
    assert [f.name for f in functions(path) if len(parameters(f)) > PARAMETERS_MAX] == []


def test_module_names_say_something() -> None:
    parts = {part for path in SOURCES for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert parts & NAMES_THAT_SAY_NOTHING == set()


def test_dependencies_are_few() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for names in project.get("optional-dependencies", {}).values() for name in names]
    assert len(project["dependencies"] + extras) <= DEPENDENCIES_MAX


def test_the_measures_measure() -> None:
    """A budget that nothing can exceed is none."""
    assert len(SOURCES) > 20
    source = "class A:\n    def f(self, a, b, *, c): ...\n"
    (method,) = (node for node in ast.walk(ast.parse(source)) if isinstance(node, type_of_function))
    assert parameters(method) == ["a", "b", "c"]
