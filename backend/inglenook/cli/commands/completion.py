"""`inglenook completion`: what a shell reads to complete our words."""

from __future__ import annotations

import sys
from functools import partial

import click
from click.shell_completion import get_completion_class

from inglenook.cli.commands.declaration import Command, Run

SHELLS = ("bash", "zsh", "fish")


class _Completion(Command):
    def invoke(self, ctx: click.Context) -> Run:
        return partial(_print_script, ctx.find_root(), ctx.params["shell"])


def _print_script(root: click.Context, shell: str) -> int:
    """The script calls the command back with this variable whenever the tabulator is pressed."""
    program = root.info_name or ""
    variable = f"_{program}_COMPLETE".upper()
    completion = get_completion_class(shell)
    assert completion  # noqa: S101 - one of SHELLS, which click has
    sys.stdout.write(completion(root.command, {}, program, variable).source() + "\n")
    return 0


COMPLETION = _Completion(
    "completion",
    "print a script for the shell that completes these commands",
    example='eval "$(inglenook completion bash)"',
    params=[click.Argument(["shell"], type=click.Choice(SHELLS), metavar="|".join(SHELLS))],
)
