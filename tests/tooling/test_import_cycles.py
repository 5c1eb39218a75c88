"""No Python files of the package import each other in a circle, not even for types alone."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import inglenook

PACKAGE = Path(inglenook.__file__).parent


def module_name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, package: Path, modules: set[str]) -> set[str]:
    """The modules that a file names in any import, at its top, in a function or for types."""
    folder = path.relative_to(package.parent).parent.parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                found.add(name if name in modules else base)
    return found & modules


def import_graph(package: Path) -> dict[str, set[str]]:
    files = {module_name(path, package): path for path in package.rglob("*.py")}
    modules = set(files)
    return {name: imports_of(path, package, modules) - {name} for name, path in files.items()}


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """One cycle, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert cycle_in(import_graph(PACKAGE)) == []


@pytest.mark.parametrize(
    "back",
    [
        "from pack.first import A",
        "import pack.first",
        "from pack import first",
        "from .first import A",
        "from . import first",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.first import A",
        "def late():\n    from pack.first import A",
    ],
)
def test_a_circle_is_found_however_it_is_imported(tmp_path: Path, back: str) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from pack.second import B\n")
    (package / "second.py").write_text(back + "\n")
    assert set(cycle_in(import_graph(package))) == {"pack.first", "pack.second"}


def test_files_that_import_downwards_alone_are_no_circle(tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from pack.second import B\nimport os\n")
    (package / "second.py").write_text("import os\n")
    assert cycle_in(import_graph(package)) == []
