"""Which Python files import which, read from their text: nothing is run."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


def import_graph(root: Path, *folders: str) -> dict[str, set[str]]:
    """Every module below these folders of `root`, with those of them that it names in any import:
    at its top, in a function or for types.
    """
    files = {
        module_name(path.relative_to(root)): path
        for folder in folders
        for path in python_files(root / folder)
    }
    modules = set(files)
    return {name: imports_of(root, path, modules) - {name} for name, path in files.items()}


def python_files(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (Path(here, name) for name in names if name.endswith(".py"))


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(root: Path, path: Path, modules: set[str]) -> set[str]:
    folder = path.relative_to(root).parent.parts
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


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """One cycle, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
