"""docs/commands.md has every command and option, and what it shows can be typed."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from inglenook.cli.parser import OWN_WORDS, build_parser

PAPER = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text()
LINES = re.findall(r"^    (inglenook .+)$", PAPER, re.MULTILINE)


def commands(
    parser: ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, ArgumentParser]]:
    """Every command that does something, with its parser."""
    groups = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not groups:
        yield " ".join(words), parser
    for group in groups:
        for name, child in group.choices.items():
            yield from commands(child, (*words, name))


COMMANDS = {words: parser for words, parser in commands(build_parser()) if words != "django"}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_shown_with_all_its_options(words: str) -> None:
    shown = " ".join(line for line in LINES if line.startswith(f"inglenook {words} "))
    assert shown, f"docs/commands.md does not show `inglenook {words}`"
    for action in COMMANDS[words]._actions:
        for option in action.option_strings:
            if option not in ("-h", "--help"):
                assert option in shown, f"{option} of `inglenook {words}` is not shown"


@pytest.mark.parametrize("line", LINES)
def test_what_is_shown_can_be_typed(line: str) -> None:
    plain = re.sub(r"[\[\]]", "", line).replace("uvicorn|daphne", "uvicorn")
    options = build_parser().parse_args(shlex.split(plain)[1:])
    assert ":" in options.run


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_with_an_example_that_can_be_typed(words: str) -> None:
    text = COMMANDS[words].format_help()
    example = re.search(r"example:\n  (inglenook .+)", text)
    assert example, text
    typed = shlex.split(example[1])[1:]
    assert " ".join(typed).startswith(words)
    assert build_parser().parse_args(typed).run


def test_own_words_are_those_of_the_parser() -> None:
    first = {words.partition(" ")[0] for words, _ in commands(build_parser())}
    assert first == set(OWN_WORDS)
