"""`runserver` is daphne's, and only who serves by daphne loads it."""

from __future__ import annotations

import subprocess
import sys

from django.core.management import get_commands, load_command_class

LOADS = """
import sys, django
django.setup()
import inglenook.config.asgi
print(sorted({"twisted", "autobahn"} & set(sys.modules)))
"""


def test_runserver_is_daphnes() -> None:
    command = load_command_class(get_commands()["runserver"], "runserver")
    assert type(command).__mro__[0].__module__.startswith(("daphne.", "whitenoise."))
    assert any(one.__module__.startswith("daphne.") for one in type(command).__mro__)


def test_what_does_not_serve_by_daphne_does_not_load_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
