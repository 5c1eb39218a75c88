"""The harness is shared one way: scripts use bench and testkit, bench uses testkit.

testkit takes from scripts how a missing program is installed, and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^\s*(?:from|import) ([a-z_.]+)", re.MULTILINE)


def imports_of(folder: str) -> set[tuple[str, str]]:
    paths = [p for p in (ROOT / folder).rglob("*.py") if "node_modules" not in p.parts]
    assert paths
    return {
        (str(path.relative_to(ROOT)), name)
        for path in paths
        for name in IMPORT.findall(path.read_text())
    }


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("tests/testkit", r"(tests(?!\.testkit\b)|bench)\b"),
        ("bench", r"tests(?!\.testkit\b)\b"),
        ("scripts", r"tests(?!\.testkit\b)\b"),
        ("backend", r"(tests|bench|scripts)\b"),
    ],
)
def test_imports_go_one_way(folder: str, forbidden: str) -> None:
    wrong = [pair for pair in imports_of(folder) if re.match(forbidden, pair[1])]
    assert sorted(wrong) == []
