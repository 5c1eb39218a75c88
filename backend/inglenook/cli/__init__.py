"""The command `inglenook`.

    words -> commands/ (click, without Django) -> running -> one function of this package
                                                         '-> Django's own commands

Answers go to stdout, everything else to stderr. Exit codes: 0 done, 1 refused or failed,
2 wrong words.
"""

from __future__ import annotations

import click

from inglenook.cli.commands import INGLENOOK, PROGRAM

__all__ = ["main"]


def main(words: list[str] | None = None) -> int:
    """Runs one command and answers with its exit code."""
    try:
        asked = INGLENOOK.main(words, prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    # A number where click has answered itself, as to --help.
    code: int = asked() if callable(asked) else asked
    return code
