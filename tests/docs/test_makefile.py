"""`make help` tells every word there is, and each word leads somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
PHONY = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
WORDS = PHONY[1].split() if PHONY else []
EXPECTED = {"install", "run", "test", "check", "lint", "types", "build", "e2e", "docs", "help"}


def test_the_agreed_words_exist() -> None:
    assert set(WORDS) >= EXPECTED


def test_help_lists_each_word_with_what_it_does() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = dict(re.findall(r"^  make (\w+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert sorted(listed) == sorted(WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_each_word_has_a_rule(word: str) -> None:
    assert re.search(rf"^{word}:.*## .+\n\t", MAKEFILE, re.MULTILINE)


def test_each_module_that_a_word_runs_is_there() -> None:
    modules = re.findall(r"-m scripts\.(\w+)", MAKEFILE)
    assert modules
    for module in modules:
        assert (ROOT / "scripts" / f"{module}.py").is_file()


def test_ci_runs_the_one_test_command_and_nothing_else() -> None:
    commands = [
        line
        for line in (ROOT / ".ci" / "run").read_text().splitlines()
        if line.strip() and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["exec make test"]


def test_the_rules_need_no_newer_make_than_that_of_macos() -> None:
    newer = (".ONESHELL", "!=", "$(file ", "$(let ", ".SHELLSTATUS", "::=")
    assert not [feature for feature in newer if feature in MAKEFILE]
