"""What a comment cites is in this repository: the paper, and the heading that it names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".sh"}
PAPER = re.compile(r'\b(?P<paper>[\w/-]+\.md)\b(?:, "(?P<heading>[^"]+)")?(?P<part> parts? \d)?')
# Tests read papers, and the chores that write one name it as the reader of their output sees it.
READERS = ("tests/docs/", "tests/deploy/", "tests/tooling/", "tests/backend/api/", "scripts/")


def cited() -> list[tuple[str, str, str | None, str | None]]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [
        (name, found["paper"], found["heading"], found["part"])
        for name in listed
        if Path(name).suffix in CODE and not name.startswith(READERS) and (ROOT / name).is_file()
        for found in PAPER.finditer((ROOT / name).read_text())
    ]


def test_every_paper_that_a_comment_names_is_here() -> None:
    found = cited()
    assert len(found) > 20
    missing = [
        (name, paper)
        for name, paper, _, part in found
        if part or not ((ROOT / paper).is_file() or (ROOT / "docs" / paper).is_file())
    ]
    assert missing == []


def test_every_heading_that_a_comment_names_is_in_its_paper() -> None:
    for name, paper, heading, _ in cited():
        if heading:
            headings = re.findall(r"^#+ (.+)$", (ROOT / paper).read_text(), re.MULTILINE)
            one_line = re.sub(r"\s+(# )?", " ", heading)  # the comment may break it
            assert one_line in headings, (name, paper)
