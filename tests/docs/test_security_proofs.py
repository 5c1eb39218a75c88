"""docs/security-proofs.md names tests that exist, and every threat and hostile input."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
PAPER = (ROOT / "docs" / "security-proofs.md").read_text()
NAMED = re.findall(r"`([a-z0-9_/]+\.py)::(\w+)`", PAPER)


def functions_of(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def numbers(letter: str) -> set[int]:
    """Those that are named, `P01–P06` for all between."""
    found: set[int] = set()
    for first, last in re.findall(rf"\b{letter}(\d+)(?:–{letter}(\d+))?", PAPER):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_test_that_is_named_exists() -> None:
    missing = [f"{file}::{test}" for file, test in NAMED if test not in functions_of(file)]
    assert missing == []
    assert len(NAMED) > 80


def test_no_threat_and_no_input_is_left_out() -> None:
    assert numbers("T") == set(range(1, 37))
    assert numbers("P") == set(range(1, 47))


def test_each_row_has_its_proof() -> None:
    rows = [line for line in PAPER.splitlines() if re.match(r"\| [TP]\d", line)]
    assert [row for row in rows if "::test_" not in row] == []


def test_whoever_reads_about_security_is_led_there() -> None:
    assert "(docs/security-proofs.md)" in (ROOT / "SECURITY.md").read_text()
