"""docs/commands.md has every command and option, and what it shows can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from tests.testkit.command_line import all_commands, parse

PAPER = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text()
LINES = re.findall(r"^    (inglenook .+)$", PAPER, re.MULTILINE)


COMMANDS = {words: command for words, command in all_commands() if words != "django"}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_shown_with_all_its_options(words: str) -> None:
    shown = " ".join(line for line in LINES if line.startswith(f"inglenook {words} "))
    assert shown, f"docs/commands.md does not show `inglenook {words}`"
    for parameter in COMMANDS[words].params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert option in shown, f"{option} of `inglenook {words}` is not shown"


@pytest.mark.parametrize("line", LINES)
def test_what_is_shown_can_be_typed(line: str) -> None:
    plain = re.sub(r"[\[\]]|\|[a-z|]+", "", line)
    words = shlex.split(plain)[1:]
    assert " ".join(words).startswith(parse(words))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_with_an_example_that_can_be_typed(words: str) -> None:
    text = COMMANDS[words].get_help(click.Context(COMMANDS[words]))
    example = re.search(r"example:\n  .*\b(inglenook [^)\n]+)", text)
    assert example, text
    assert parse(shlex.split(example[1])[1:]) == words
