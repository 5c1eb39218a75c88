"""The words of the command `inglenook`: all commands, and which of them a line means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from inglenook.cli.commands import INGLENOOK


def all_commands(
    group: click.Group = INGLENOOK, words: str = ""
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, after the words that lead to it ("site create")."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{name} ")
        else:
            yield f"{words}{name}", command


def parse(words: Sequence[str]) -> str:
    """The command that these words mean ("site create"), or nothing if it is one of Django's.

    Raises click.UsageError where they cannot be typed.
    """
    command: click.Command = INGLENOOK
    context = command.make_context("inglenook", list(words))
    found = []
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, inner, rest = command.resolve_command(context, rest)
        assert inner
        context = inner.make_context(name, rest, parent=context)
        command = inner
        found.append(name or "")
    return "" if found == ["django"] else " ".join(found)
