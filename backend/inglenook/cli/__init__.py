"""The command `inglenook`.

    words -> parser (no Django, so `--help` is quick) -> environment -> Django -> one function of this package
         '-> a word that is not ours -> Django's own commands (`inglenook migrate`, `inglenook shell`)

Answers go to stdout, everything else to stderr. Exit codes: 0 done, 1 refused or failed, 2 wrong words.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from inglenook.cli.environment import prepare_environment
from inglenook.cli.output import report_failures
from inglenook.cli.parser import OWN_WORDS, build_parser

__all__ = ["main"]


def main(words: list[str] | None = None) -> int:
    """Runs one command and answers with its exit code."""
    words = sys.argv[1:] if words is None else words
    if words and not words[0].startswith("-") and words[0] not in OWN_WORDS:
        return _run_django(words)
    if words[:1] == ["django"]:
        return _run_django(words[1:])
    options = build_parser().parse_args(words)
    with report_failures() as outcome:
        prepare_environment(
            host=getattr(options, "host", None), port=getattr(options, "port", None)
        )
        import django

        django.setup()
        module, _, name = options.run.partition(":")
        getattr(import_module(f"inglenook.cli.{module}"), name)(options)
    return outcome.code


def _run_django(words: list[str]) -> int:
    with report_failures() as outcome:
        prepare_environment()
        from django.core.management import execute_from_command_line

        execute_from_command_line([os.path.basename(sys.argv[0]), *words])
    return outcome.code
