"""The rules of the house that a machine can check: small files, no leftovers,
nothing of one machine.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
CODE = {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".sh"}
PROSE = {".md", ".toml", ".yml", ".yaml", ".json", ".txt", ".example"}
# Homes and workplaces of whoever wrote it, and registries: neither belongs into a repository.
FOREIGN = re.compile(r"/(root|work|workspace|Users)/|registry\.npmjs|pythonhosted|pypi\.org")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX)\b(?! #\d)")


def files(*suffixes: set[str]) -> list[Path]:
    """What git tracks, and what is new and not ignored: what would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = set().union(*suffixes)
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [p for p in paths if p.suffix in wanted and p.is_file() and p != Path(__file__)]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_of_code_is_too_long_to_read() -> None:
    long = {named(p): n for p in files(CODE) if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def test_nothing_is_left_to_be_done_without_an_issue() -> None:
    found = [named(p) for p in files(CODE) if LEFTOVER.search(p.read_text())]
    assert found == []


def test_no_test_is_skipped() -> None:
    marks = re.compile(
        r"pytest\.(mark\.)?(skip|xfail)|importorskip|\b(it|test|describe)\.(skip|todo)\b"
    )
    found = [named(p) for p in files(CODE) if "tests" in p.parts and marks.search(p.read_text())]
    assert found == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    found = {}
    for path in files(CODE, PROSE):
        if match := FOREIGN.search(path.read_text()):
            found[named(path)] = match[0]
    assert found == {}
