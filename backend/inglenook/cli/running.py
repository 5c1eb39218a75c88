"""Runs what a command asks for, with the product loaded."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from inglenook.cli.environment import prepare_environment
from inglenook.cli.output import print_answer, report_failures


def run_function(function: str, options: dict[str, Any], *, as_json: bool) -> int:
    """Calls "module:function" of this package with the options, and prints what it answers."""
    with report_failures() as outcome:
        prepare_environment(host=options.get("host"), port=options.get("port"))
        import django

        django.setup()
        module, _, name = function.partition(":")
        answer = getattr(import_module(f"inglenook.cli.{module}"), name)(**options)
        if answer:
            print_answer(answer, as_json=as_json)
    return outcome.code


def run_django(words: list[str]) -> int:
    with report_failures() as outcome:
        prepare_environment()
        from django.core.management import execute_from_command_line

        execute_from_command_line([os.path.basename(sys.argv[0]), *words])
    return outcome.code
