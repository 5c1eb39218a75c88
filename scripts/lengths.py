"""The longest function and the longest file in each language; `make check` prints them.

A function of more than MOST_LINES lines fails the check. The function that wraps embed.js is none:
it is the file's scope.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 100
PYTHON = ("backend", "bench", "scripts", "tests")
SCRIPTS = ("widget", "embed.js", "demo_site", "backend/inglenook/static/inglenook")
SUFFIXES = (".ts", ".tsx", ".js", ".mjs")

#: Biome counts no lines for us, but it names each function that is longer than one line.
BIOME = {
    "root": True,
    "files": {"includes": ["**/*.ts", "**/*.tsx", "**/*.js", "**/*.mjs", "!**/node_modules"]},
    "linter": {
        "rules": {
            "recommended": False,
            "complexity": {
                "noExcessiveLinesPerFunction": {
                    "level": "warn",
                    "options": {"maxLines": 1, "skipIifes": True},
                }
            },
        }
    },
}
NAMED = re.compile(r"noExcessiveLinesPerFunction,file=([^,]+),line=(\d+),endLine=(\d+)")


@dataclass(frozen=True, order=True)
class Length:
    lines: int
    where: str


def python_functions(path: Path, name: str) -> Iterator[Length]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Length(lines, f"{name}:{node.lineno} {node.name}")


def script_functions(
    root: Path, names: tuple[str, ...], env: Mapping[str, str]
) -> Iterator[Length]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "biome.json").write_text(json.dumps(BIOME))
        options = ["--reporter=github", "--max-diagnostics=none", f"--config-path={folder}"]
        done = subprocess.run(
            ["npx", "--no-install", "biome", "lint", *options, *names],
            cwd=root,
            env=env,
            check=True,
            capture_output=True,
            text=True,
        )
    for name, first, last in NAMED.findall(done.stdout):
        yield Length(int(last) - int(first) + 1, f"{name}:{first}")


def files_of(root: Path, names: tuple[str, ...], suffixes: tuple[str, ...]) -> list[Path]:
    """The files of these suffixes among `names`, which are files and folders below `root`."""
    return [
        path
        for name in names
        for path in (root / name, *(root / name).rglob("*"))
        if path.suffix in suffixes and path.is_file() and "node_modules" not in path.parts
    ]


def lengths(env: Mapping[str, str]) -> tuple[list[str], bool]:
    """Lines to print, and whether every function is within MOST_LINES."""
    python = files_of(ROOT, PYTHON, (".py",))
    scripts = files_of(ROOT, SCRIPTS, SUFFIXES)
    longest = {
        "Python": max(
            length
            for path in python
            for length in python_functions(path, str(path.relative_to(ROOT)))
        ),
        "TypeScript": max(script_functions(ROOT, SCRIPTS, env)),
    }
    lines = []
    for (language, function), files in zip(longest.items(), (python, scripts), strict=True):
        file = max(
            Length(len(path.read_text().splitlines()), str(path.relative_to(ROOT)))
            for path in files
        )
        lines.append(
            f"{language}: longest function {function.lines} lines ({function.where}), "
            f"longest file {file.lines} lines ({file.where})"
        )
    return lines, all(function.lines <= MOST_LINES for function in longest.values())
