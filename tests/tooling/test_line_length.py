"""Every text that somebody reads in an editor keeps to 100 columns.

What cannot break is excepted by its form: a line without a space to break at, rows of tables,
code blocks and tags of papers, a span of code, the reason behind a switched-off check, and files
that a tool writes. In TypeScript, JavaScript and CSS the formatters break code; a long string stays
whole there, so the test reads their comments.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 100
OFF = re.compile(r"  # (type: ignore|noqa|fmt:|pragma).*$")
READ = {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".md"}
WRITTEN_BY_A_TOOL = re.compile(r"/migrations/|^docs/protocol\.md$")


def prose_of(paper: str) -> list[str]:
    """The lines of a paper that can break: no table, no code, no tag."""
    lines, in_fence = [], False
    for line in paper.splitlines():
        if line.lstrip().startswith("```"):
            in_fence = not in_fence
        elif not in_fence and not re.match(r"\s*[|<]| {4,}(?![-*+] )", line):
            lines.append(line)
    return lines


def comments_of(code: str) -> list[str]:
    """The lines of TypeScript, JavaScript or CSS that begin with a comment or go on in one."""
    lines, in_comment = [], False
    for line in code.splitlines():
        text = line.strip()
        begins = text.startswith(("//", "/*", "{/*"))
        if (begins or in_comment) and "biome-ignore" not in text:
            lines.append(line)
        in_comment = (in_comment or text.startswith(("/*", "{/*"))) and "*/" not in text
    return lines


def too_long(name: str, text: str) -> list[str]:
    if name.endswith(".md"):
        lines = prose_of(text)
    else:
        lines = text.splitlines() if name.endswith(".py") else comments_of(text)
    return [line for line in lines if len(OFF.sub("", line)) > COLUMNS and can_break(line)]


def can_break(line: str) -> bool:
    return len(re.findall(r"`[^`]*`[.,;:]?|\S+", line.strip("-*# "))) > 1


def listed() -> list[str]:
    found = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [
        name
        for name in found.stdout.splitlines()
        if Path(name).suffix in READ
        and (ROOT / name).is_file()
        and not WRITTEN_BY_A_TOOL.search(name)
    ]


def test_every_file_keeps_to_its_columns() -> None:
    names = listed()
    assert len(names) > 300
    wrong = {name: found for name in names if (found := too_long(name, (ROOT / name).read_text()))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "line", "is_long"),
    [
        ("a.py", "# " + "word " * 20, True),
        ("a.md", "word " * 21, True),
        ("a.md", "| " + "word " * 21, False),
        ("a.md", "    " + "word " * 21, False),
        ("a.md", "https://example.com/" + "a" * 100, False),
        ("a.ts", "const a = " + "b" * 90 + ";", False),
        ("a.ts", "  // " + "word " * 20, True),
        ("a.css", "/* " + "word " * 20 + "*/", True),
    ],
)
def test_what_cannot_break_is_excepted_by_its_form(name: str, line: str, is_long: bool) -> None:
    assert bool(too_long(name, line)) is is_long
